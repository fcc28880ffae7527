import { expect, test } from 'vitest';
import {
  CATALOGUE,
  CATALOGUE_POINTER,
  catalogueLocationOf,
  PLACED_LOCATIONS,
  RULE_LOCATIONS,
  TRUSTED_PROGRAMS,
} from './catalogue.ts';
import { deputyNamed } from './deputies.ts';
import { loadLocations } from './locations.ts';
import { utf8 } from './pattern/bytes.ts';
import { matchPath } from './pattern/match-path.ts';
import { parsePattern } from './pattern/parse-pattern.ts';

const all = CATALOGUE.flatMap(({ locations }) => locations);

test('no name twice', () => {
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
  expect(new Set(TRUSTED_PROGRAMS.map(({ name }) => name)).size).toBe(TRUSTED_PROGRAMS.length);
});

test('every place is a pattern of the host', () => {
  for (const { paths } of PLACED_LOCATIONS) {
    for (const path of paths) {
      const pattern = path
        .replace(/^~/, '/home/*')
        .replace(/^\$XDG_RUNTIME_DIR/, '/run/user/*')
        .replace(/^\$PROJECT/, '/a/*');
      expect(parsePattern(pattern).ok, path).toBe(true);
    }
  }
});

test('what it refers to is there', () => {
  const identities = loadLocations('/home/u').map(({ name }) => name);
  for (const one of all) {
    if ('location' in one) expect(identities).toContain(one.location);
    if ('locations' in one) expect(identities).toEqual(expect.arrayContaining(one.locations));
    if ('deputies' in one) for (const name of one.deputies) expect(deputyNamed(name)?.name, name).toBe(name);
  }
});

test('every place that is held by identity, and every deputy that is closed, stands in it', () => {
  const identities = all.flatMap((one) =>
    'locations' in one ? one.locations : 'location' in one ? [one.location] : [],
  );
  expect(new Set(identities)).toEqual(new Set(loadLocations('/home/u').map(({ name }) => name)));
});

test('trusted programs are known, and known ones trusted somewhere', () => {
  const named = PLACED_LOCATIONS.flatMap(({ trusted = [] }) => trusted);
  expect(new Set(named)).toEqual(new Set(TRUSTED_PROGRAMS.map(({ name }) => name)));
});

test('nobody is trusted where everybody may', () => {
  for (const { others, trusted, name } of PLACED_LOCATIONS)
    expect(others === 'allow', name).toBe(trusted === undefined);
});

test('what every program of the person is kept from lies in a home', () => {
  const held = PLACED_LOCATIONS.filter(({ others }) => others !== 'allow');
  expect(held.length).toBeGreaterThan(60);
  for (const { paths, name } of held)
    expect(
      paths.some((path) => path.startsWith('$PROJECT')),
      name,
    ).toBe(false);
});

test('no interpreter is trusted: it would read for whoever starts it', () => {
  const files = TRUSTED_PROGRAMS.flatMap((program) => program.files);
  expect(
    files.filter((file) => /\/(python[0-9.]*|node|nodejs|perl|ruby|java|php|lua|deno|busybox|env|sh|dash)$/.test(file)),
  ).toEqual([]);
});

test('a rule is found by its pointer', () => {
  for (const location of RULE_LOCATIONS) expect(catalogueLocationOf(CATALOGUE_POINTER + location.name)).toBe(location);
  expect(catalogueLocationOf('deputies.docker')).toBe(null);
  expect(catalogueLocationOf(`${CATALOGUE_POINTER}no-such`)).toBe(null);
});

/** systemd.unit(5): where the units of the machine are read from, and what is made of them. */
test.each([
  '/etc/systemd/system.control',
  '/run/systemd/system.control',
  '/run/systemd/transient',
  '/run/systemd/generator.early',
  '/etc/systemd/system',
  '/run/systemd/system',
  '/run/systemd/generator',
  '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system',
  '/run/systemd/generator.late',
  '/etc/systemd/system.conf.d',
])('agents cannot change what systemd reads from %s', (folder) => {
  const place = PLACED_LOCATIONS.find(({ name }) => name === 'system-start');
  const path = `${folder}/ringfenced.service.d/x.conf`.split('/').slice(1).map(utf8);
  const patterns = (place?.paths ?? []).map((text) => parsePattern(text)).flatMap((one) => (one.ok ? one.value : []));
  expect(patterns.some((pattern) => matchPath(pattern, path))).toBe(true);
});
