import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { INSTALLED_PLACES } from '../../helper/places.ts';
import { ROOT } from '../root.ts';

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const unit = read('build/systemd/ringfenced.service');
const page = read('docs/service.md');

const values = (name: string) =>
  [...unit.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].flatMap(([, value = '']) => value.split(' '));

test('the page has every right that the unit leaves, and no other', () => {
  const explained = [...page.matchAll(/^\| (`CAP_.*?) \|/gm)].flatMap(([, cell = '']) => cell.match(/CAP_\w+/g) ?? []);
  expect(explained.sort()).toEqual(values('CapabilityBoundingSet').sort());
  for (const call of values('SystemCallFilter').filter((name) => !name.startsWith('landlock_')))
    expect(page).toContain(`\`${call}\``);
});

test('the helper can write where it keeps things, and what has to outlive it does', () => {
  const made = [
    ...values('RuntimeDirectory').map((name) => `/run/${name}`),
    ...values('StateDirectory').map((name) => `/var/lib/${name}`),
    ...values('ConfigurationDirectory').map((name) => `/etc/${name}`),
    ...values('ReadWritePaths'),
  ];
  const { socket, whySocket, pins, runtime, state, trustedKeys, revokedKeys, starters } = INSTALLED_PLACES;
  for (const place of [socket, whySocket, pins, runtime, state, trustedKeys, revokedKeys, starters])
    expect(
      made.some((folder) => place === folder || place.startsWith(`${folder}/`)),
      place,
    ).toBe(true);
  expect(values('RuntimeDirectoryPreserve')).toEqual(['yes']);
});

test('what the page says of times is what the unit has', () => {
  expect(page).toContain(`for at most ${values('TimeoutStartSec')} seconds`);
  expect(page).toContain(`after ${values('WatchdogSec')} systemd kills the helper`);
});
