import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Mount } from '../../core/policy/tables.ts';
import type { EveryoneSettings } from '../../core/protocol/everyone.ts';
import type { Uid } from '../../core/protocol/scalars.ts';
import type { ProgramFile } from '../kernel/everyone-store.ts';
import type { Guard } from '../kernel/guard.ts';
import type { EveryoneHeld, InodeKey } from '../kernel/layout.ts';
import { EveryoneEnforcement } from './enforcement.ts';
import type { pinFile } from './pin-file.ts';

const PROGRAM = '/usr/bin/od';
const NOTHING_SET: EveryoneSettings = {
  ...{ stage: 'learning', since: '2026-01-02T03:04:05Z', until: null },
  ...{ overrides: [], accepted: [] },
};
const accepting = (location: string): EveryoneSettings => ({
  ...NOTHING_SET,
  accepted: [{ program: PROGRAM, location, since: NOTHING_SET.since, by: 0 as Uid }],
});

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'everyone-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The kernel's side of it: what it was told last, and how often. */
class Store {
  readonly calls: string[] = [];
  /** Paths that the kernel was asked about. */
  readonly asked: string[] = [];
  readonly withdrawn: number[] = [];
  files: readonly ProgramFile[] = [];
  how: Pick<EveryoneHeld, 'letsThrough' | 'untilNs'> | null = null;
  failing = false;
  readonly #inodes = new Map<string, bigint>();

  identify(path: string): InodeKey {
    this.asked.push(path);
    const inode = this.#inodes.get(path) ?? BigInt(this.#inodes.size + 1);
    this.#inodes.set(path, inode);
    return { device: 5, generation: 0, inode };
  }

  adopt(): void {
    this.calls.push('adopt');
  }

  place(): object {
    if (this.failing) throw new Error('died');
    this.calls.push('place');
    return { policy: 7 };
  }

  setPrograms(files: readonly ProgramFile[]): void {
    this.files = files;
  }

  withdraw(numbers: Iterable<number>): void {
    this.withdrawn.push(...numbers);
  }

  hold(_: unknown, __: unknown, how: Pick<EveryoneHeld, 'letsThrough' | 'untilNs'>): void {
    this.calls.push('hold');
    this.how = how;
  }

  /** As below an overlay, where the kernel has let go of it meanwhile. */
  lookUpAnew(path: string): void {
    this.#inodes.set(path, 1_000_000n);
  }

  numberOf(path: string): number | undefined {
    return this.files.find(({ key }) => key.inode === this.#inodes.get(path))?.number;
  }
}

const MOUNTED_AT = { device: 5, root: '/', mountpoint: '/' };

/** Files that are held, each as often as it is. */
class Pins {
  readonly held: string[] = [];

  readonly pin = (path: string): Disposable => {
    this.held.push(path);
    return { [Symbol.dispose]: () => void this.held.splice(this.held.indexOf(path), 1) };
  };
}

const NO_ROOM = () => null;

type Started = { store: Store; enforcement: EveryoneEnforcement };

function started(build = 'one', mounts: readonly Mount[] = [], pin: typeof pinFile = NO_ROOM): Started {
  const store = new Store();
  const guard = { mounts, everyone: store } as unknown as Guard;
  return { store, enforcement: new EveryoneEnforcement(guard, folder, build, pin) };
}

it('does nothing where nothing has changed, and no more than has', () => {
  const { store, enforcement } = started();
  expect(enforcement.place(NOTHING_SET, 5n).ok).toBe(true);
  expect(enforcement.place(NOTHING_SET, 5n).ok).toBe(true);
  expect(store.calls).toEqual(['place', 'place', 'hold']);
  expect(store.how).toMatchObject({ letsThrough: true, untilNs: 5n });
  enforcement.place({ ...NOTHING_SET, stage: 'enforcing' }, null);
  expect(store.calls).toEqual(['place', 'place', 'hold', 'hold']);
  expect(store.how).toMatchObject({ letsThrough: false, untilNs: null });
  enforcement.place({ ...NOTHING_SET, overrides: [{ location: 'aws', others: 'deny' }] }, null);
  expect(store.calls).toEqual(['place', 'place', 'hold', 'hold', 'place', 'place', 'hold']);
});

it('keeps the places that an earlier helper has put in the kernel, where it was the same build', () => {
  started().enforcement.place(NOTHING_SET, null);
  const same = started();
  same.enforcement.place(NOTHING_SET, null);
  expect(same.store.calls).toEqual(['adopt', 'adopt', 'hold']);
  const other = started('two');
  other.enforcement.place(NOTHING_SET, null);
  expect(other.store.calls).toEqual(['adopt', 'adopt', 'place', 'place', 'hold']);
});

it('does it again where an earlier helper died while it replaced them', () => {
  started().enforcement.place(NOTHING_SET, null);
  const dying = started();
  dying.store.failing = true;
  const changed: EveryoneSettings = { ...NOTHING_SET, overrides: [{ location: 'aws', others: 'deny' }] };
  expect(() => dying.enforcement.place(changed, null)).toThrow('died');
  const next = started();
  next.enforcement.place(NOTHING_SET, null);
  expect(next.store.calls).toEqual(['adopt', 'adopt', 'place', 'place', 'hold']);
});

it('notices that a program is another file to the kernel, which keeps its number', () => {
  const { store, enforcement } = started();
  enforcement.place(accepting('aws'), null);
  const number = store.numberOf(PROGRAM);
  store.lookUpAnew(PROGRAM);
  expect(store.numberOf(PROGRAM)).toBe(undefined);
  enforcement.place(accepting('aws'), null);
  expect(number).toBeGreaterThan(0);
  expect(store.numberOf(PROGRAM)).toBe(number);
});

it.each([
  ['ext4', 'no', 0],
  ['overlay', 'no', 1],
  ['overlay', 'enough', 0],
  ['fuse', 'no', 1],
  ['fuse', 'enough', 0],
])(
  'on %s, with %s room to hold it, asks the kernel about a program that is the same again %i times',
  (type, room, times) => {
    const { store, enforcement } = started('one', [{ ...MOUNTED_AT, type }], room === 'no' ? NO_ROOM : new Pins().pin);
    enforcement.place(accepting('aws'), null);
    const before = store.asked.length;
    enforcement.place(accepting('aws'), null);
    expect(store.asked.slice(before).filter((path) => path === realpathSync(PROGRAM))).toHaveLength(times);
  },
);

it.each([
  ['ext4', 0],
  ['overlay', 1],
])('on %s holds a program %i times, as long as it is the one', (type, times) => {
  const pins = new Pins();
  const program = join(folder, 'program');
  const { enforcement } = started('one', [{ ...MOUNTED_AT, type }], pins.pin);
  const settings: EveryoneSettings = {
    ...NOTHING_SET,
    accepted: [{ program, location: 'aws', since: NOTHING_SET.since, by: 0 as Uid }],
  };
  const held = () => {
    enforcement.place(settings, null);
    return pins.held.filter((path) => path === program).length;
  };
  expect(held()).toBe(0);
  for (const content of ['one', 'two']) {
    writeFileSync(join(folder, 'other'), content);
    renameSync(join(folder, 'other'), program);
    expect([held(), held()]).toEqual([times, times]);
  }
  rmSync(program);
  expect(held()).toBe(0);
  writeFileSync(program, 'three');
  expect(held()).toBe(times);
  enforcement.place(NOTHING_SET, null);
  expect(pins.held.filter((path) => path === program)).toEqual([]);
});

it.each(['ext4', 'overlay'])(
  'looks again on %s when a program comes, is replaced, is led to elsewhere, or goes',
  (type) => {
    const place = join(folder, 'bin');
    const program = join(place, 'program');
    const settings: EveryoneSettings = {
      ...NOTHING_SET,
      accepted: [{ program, location: 'aws', since: NOTHING_SET.since, by: 0 as Uid }],
    };
    const { store, enforcement } = started('one', [{ ...MOUNTED_AT, type }]);
    const looks = () => {
      const before = store.calls.length;
      enforcement.place(settings, null);
      return store.calls.slice(before).filter((call) => call === 'hold').length;
    };
    expect(looks()).toBe(1);
    mkdirSync(place);
    expect(looks()).toBe(0);
    writeFileSync(program, 'one');
    expect([looks(), looks()]).toEqual([1, 0]);
    writeFileSync(join(place, 'other'), 'two');
    expect(looks()).toBe(0);
    renameSync(join(place, 'other'), program);
    expect([looks(), looks()]).toEqual([1, 0]);
    rmSync(program);
    expect(looks()).toBe(1);
    writeFileSync(join(folder, 'elsewhere'), 'three');
    symlinkSync('../elsewhere', program);
    expect([looks(), looks()]).toEqual([1, 0]);
    writeFileSync(join(folder, 'another'), 'four');
    renameSync(join(folder, 'another'), join(folder, 'elsewhere'));
    expect([looks(), looks()]).toEqual([1, 0]);
  },
);

it('keeps a program’s number as long as the machine runs, and takes its rows back', () => {
  const { store, enforcement } = started();
  enforcement.place(accepting('aws'), null);
  const number = store.numberOf(PROGRAM);
  expect(number).toBeGreaterThan(0);
  const next = started();
  expect(next.store.calls).toEqual(['adopt', 'adopt']);
  next.enforcement.place(accepting('azure'), null);
  expect(next.store.numberOf(PROGRAM)).toBe(number);
  next.enforcement.place(NOTHING_SET, null);
  expect(next.store.numberOf(PROGRAM)).toBe(undefined);
  expect(next.store.withdrawn).toContain(number);
});
