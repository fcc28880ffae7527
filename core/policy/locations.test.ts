import { expect, test } from 'vitest';
import data from './locations.json' with { type: 'json' };
import { loadLocations, locationsSchema } from './locations.ts';
import { PATH_OPERATIONS } from './vocabulary.ts';

const locations = loadLocations('/home/u');

test('the data file has its shape, and no name or path twice', () => {
  const { locations: entries } = locationsSchema.parse(data);
  expect(new Set(entries.map(({ name }) => name)).size).toBe(entries.length);
  expect(new Set(entries.map(({ path }) => path)).size).toBe(entries.length);
});

test('numbers count from 1 in the order of the file', () => {
  expect(locations.map(({ id }) => id)).toEqual(locations.map((_, i) => i + 1));
});

test('~ is the home given', () => {
  expect(locations.find(({ name }) => name === 'ssh')?.path).toBe('/home/u/.ssh');
  expect(loadLocations('/root/').find(({ name }) => name === 'ssh')?.path).toBe('/root/.ssh');
});

test.each([
  '/home/u/.ssh',
  '/home/u/.config/ringfence',
  '/home/u/.config/Ringfence',
  '/run/ringfence',
  '/var/lib/ringfence',
  '/etc/ringfence',
  '/sys/fs/bpf',
])('%s is closed to every operation', (path) => {
  const verdicts = locations.find((location) => location.path === path)?.verdicts;
  expect(PATH_OPERATIONS.map((operation) => verdicts?.[operation])).toEqual(PATH_OPERATIONS.map(() => 'block'));
});

test('the installation may be read and run, not changed', () => {
  const verdicts = locations.find(({ path }) => path === '/opt/ringfence')?.verdicts;
  expect(verdicts).toEqual({
    read: 'manifest',
    write: 'block',
    create: 'block',
    delete: 'block',
    exec: 'manifest',
    connect: 'manifest',
    listen: 'manifest',
  });
});

test('secrets are known file by file, what changes all the time by its folder', () => {
  const by = (path: string) => locations.find((location) => location.path === path)?.by;
  expect(['/home/u/.ssh', '/home/u/.config/ringfence'].map(by)).toEqual(['file', 'file']);
  expect(by('/home/u/.config/Ringfence')).toBe('folder');
});

test('a relative home is a mistake of the caller', () => {
  expect(() => loadLocations('home')).toThrow();
});
