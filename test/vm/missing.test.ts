import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { bindsOf } from './binds.ts';
import { explainEnd, type Story } from './conduct-guest.ts';
import { placeOnDisk } from './disk.ts';
import { concreteDependency } from './kernel-package.ts';
import { chooseMemory } from './memory.ts';
import { findProgram } from './programs.ts';

const directory = mkdtempSync(join(tmpdir(), 'vm-missing-'));
afterAll(() => rmSync(directory, { recursive: true }));
const thrown = (act: () => unknown) => {
  try {
    act();
  } catch (error) {
    return error;
  }
  return null;
};

test.each([
  ['qemu-system-x86_64', 'qemu-system-x86'],
  ['virtiofsd', 'qemu-system-common'],
  ['busybox', 'busybox-static'],
  ['mke2fs', 'e2fsprogs'],
] as const)('without %s the remedy names the package', (program, name) => {
  expect(thrown(() => findProgram(program, [directory]))).toMatchObject({
    code: 'program-missing',
    message: expect.stringContaining(program),
    remedy: expect.stringContaining(`install ${name}`),
  });
});

test('memory: three GiB, less on a small machine, an error on a tiny one', () => {
  const memory = (mebibytes: number) => chooseMemory(`MemAvailable:   ${mebibytes * 1024} kB\n`);
  expect([memory(16_000), memory(2560)]).toEqual([3072, 2048]);
  expect(thrown(() => memory(2000))).toMatchObject({ code: 'memory', message: expect.stringContaining('2000 MiB') });
});

test('only the family of the kernel asked for is taken', () => {
  const output = 'linux-image-cloud-amd64\n  Depends: linux-image-6.1.0-56-cloud-amd64\n';
  expect(concreteDependency('6.1', output)).toBe('linux-image-6.1.0-56-cloud-amd64');
  expect(concreteDependency('6.12', output)).toBeNull();
});

test('a path beside the disk and a share that is not there are refused by name', () => {
  expect(placeOnDisk('/home/dev/a')).toBe('home/dev/a');
  for (const path of ['/etc/x', '/home/../etc/x', '/homes/x']) {
    expect(thrown(() => placeOnDisk(path))).toMatchObject({
      code: 'file-missing',
      message: expect.stringContaining(path),
    });
  }
  expect(thrown(() => bindsOf({ share: '/does/not/exist' }))).toMatchObject({ code: 'file-missing' });
});

const booting: Story = { release: '', startedAt: null, exitCode: null, failure: null, fileBytes: 0 };
const endOf = (story: Partial<Story>, log: string, messages = '') => {
  const console = join(directory, 'console.log');
  writeFileSync(console, log);
  return explainEnd({ console }, { ...booting, ...story }, messages);
};
const RACE = 'Oops: int3: 0000 [#1]\nKernel panic - not syncing: Fatal exception in interrupt\n';

test('each end of a guest has its own code, and names the console', () => {
  expect(endOf({}, 'Kernel panic - not syncing: x\n').code).toBe('guest-panic');
  expect(endOf({ failure: 'no disk' }, '')).toMatchObject({ code: 'guest-failed', message: /no disk/ });
  expect(endOf({}, '', 'bad option').code).toBe('qemu-failed');
  expect(endOf({}, '').code).toBe('guest-ended');
  expect(endOf({}, '').remedy).toContain('console.log');
});

test('a stale breakpoint may be booted again only before the command has started', () => {
  expect(endOf({}, RACE).code).toBe('emulation-race');
  expect(endOf({ startedAt: 1 }, RACE).code).toBe('guest-panic');
});

test('so may a double fault while the kernel sets itself up, and none of later', () => {
  const fault = (trace: string) =>
    `traps: PANIC: double fault, error_code: 0x0\nCall Trace:\n ${trace}\nKernel panic - not syncing: Fatal exception\n`;
  const early = fault('pid_idr_init+0xf6/0x120\n start_kernel+0x5bd/0x8d0');
  expect(endOf({}, early).code).toBe('emulation-race');
  expect(endOf({ startedAt: 1 }, early).code).toBe('guest-panic');
  expect(endOf({}, fault('do_syscall_64+0x80/0x90')).code).toBe('guest-panic');
});
