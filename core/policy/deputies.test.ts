import { expect, test } from 'vitest';
import data from './deputies.json' with { type: 'json' };
import { DEPUTIES, DESKTOP, deputiesSchema, deputyNamed, isDeputyName, placeOfDeputy } from './deputies.ts';
import { joinPatterns } from './pattern/join-patterns.ts';
import { parsePattern } from './pattern/parse-pattern.ts';
import { type PathRule, ruleId } from './rule.ts';
import { coveredSets } from './rule-coverage.ts';

const rules: PathRule[] = DEPUTIES.map(({ name, paths }, index) => ({
  id: ruleId(index + 1),
  effect: 'block',
  operations: ['connect'],
  pattern: joinPatterns(paths.map((path) => placeOfDeputy(path, '/home/u'))),
  silent: false,
  origin: { source: 'deputy', pointer: `deputies.${name}`, text: name },
}));

test('the data file has its shape, and no name twice', () => {
  const { deputies } = deputiesSchema.parse(data);
  expect(new Set(deputies.map(({ name }) => name)).size).toBe(deputies.length);
  for (const { name } of deputies) expect(isDeputyName(name)).toBe(true);
});

test('every place is a pattern of the host', () => {
  for (const { pattern } of rules) expect(parsePattern(pattern).ok).toBe(true);
  expect(parsePattern(placeOfDeputy(DESKTOP.path, '/home/u')).ok).toBe(true);
});

test('no socket belongs to two deputies: to open one would not open it', () => {
  const shared = coveredSets(rules)?.filter((set) => set.rules.length > 1);
  expect(shared?.map((set) => [set.example, ...set.rules.map(({ origin }) => origin.text)])).toEqual([]);
});

test('an abstract name belongs to one deputy', () => {
  const names = DEPUTIES.flatMap(({ name, names: own }) =>
    own.map((text) => ({ name, begin: text.replace(/\*$/, '') })),
  );
  for (const one of names) {
    for (const other of names) if (other.begin.startsWith(one.begin)) expect(other.name).toBe(one.name);
  }
});

test('what presses the buttons of a question is never opened, and what signs or is root asks', () => {
  const grant = (name: string) => deputyNamed(name)?.grant;
  for (const name of ['x11', 'wayland', 'compositor', 'session-bus', 'accessibility-bus', 'systemd-user'])
    expect(grant(name)).toBe('never');
  for (const name of ['ssh-agent', 'gpg-agent', 'docker', 'tmux']) expect(grant(name)).toBe('ask');
  for (const { root, grant: own } of DEPUTIES) if (root) expect(own).not.toBe('allow');
});

test('a name is told from a path and from an abstract name', () => {
  for (const text of ['docker', 'x11', 'no-such']) expect(isDeputyName(text)).toBe(true);
  for (const text of ['/docker', '~/docker', '$TMPDIR/s', '@docker', 'a/b', '*', '{a,b}', '~', ''])
    expect(isDeputyName(text)).toBe(false);
});
