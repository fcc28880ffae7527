import { expect, test } from 'vitest';
import { type Machine, qemuParameters } from './qemu-command.ts';

const machine: Machine = {
  kernelImage: '/k',
  initramfs: '/i',
  disk: '/d,1',
  console: '/c',
  virtiofsSocket: '/v',
  portSocket: (port) => `/p/${port}`,
  terminal: false,
  accelerator: 'tcg',
  time: 'clock',
  processors: 2,
  kernelParameters: [],
  memoryMiB: 2048,
};
const after = (list: string[], word: string) => list[list.indexOf(word) + 1];

test('a guest has no network card, display or monitor', () => {
  const all = qemuParameters(machine);
  expect(all).toContain('-nodefaults');
  expect(all.filter((word) => /^-(nic|net|netdev|monitor|qmp)$|virtio-net|e1000/.test(word))).toEqual([]);
});

test('the file server can share the guest memory', () => {
  expect(after(qemuParameters(machine), '-object')).toBe('memory-backend-memfd,id=memory,size=2048M,share=on');
});

test.each([
  ['tcg', 'clock', 'tcg,thread=single', '2'],
  ['kvm', 'clock', 'kvm', '2'],
  ['kvm', 'instructions', 'tcg', '1'],
] as const)('%s with %s', (accelerator, time, expected, processors) => {
  const all = qemuParameters({ ...machine, accelerator, time });
  expect([after(all, '-accel'), after(all, '-smp')]).toEqual([expected, processors]);
  expect(all.includes('-icount')).toBe(time === 'instructions');
});

test('one processor and more of the kernel’s parameters are had where they are asked for', () => {
  const all = qemuParameters({ ...machine, processors: 1, kernelParameters: ['preempt=full'] });
  expect(after(all, '-smp')).toBe('1');
  expect(after(all, '-append')).toMatch(/ preempt=full$/);
});

test('a comma in a path does not end the value', () => {
  expect(after(qemuParameters(machine), '-drive')).toContain('file=/d,,1,format=raw');
});

test('only a terminal gets a console port', () => {
  const consoles = (terminal: boolean) =>
    qemuParameters({ ...machine, terminal }).filter((word) => word.startsWith('virtconsole'));
  expect([consoles(false).length, consoles(true).length]).toEqual([0, 1]);
});
