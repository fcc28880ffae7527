import { expect, it } from 'vitest';
import { troubleIn } from './kernel-log.ts';

it('knows trouble from what a kernel says every day', () => {
  expect(
    troubleIn(
      [
        '[    1.2] Linux version 6.12.117+deb12-cloud-amd64',
        '[    3.4] EXT4-fs (vda): mounted filesystem',
        '[   40.1] fuzzer[400]: segfault at 0 ip 0000000000401234',
        '[   50.0] process fuzzer is using deprecated setxattr',
      ].join('\n'),
    ),
  ).toEqual([]);
  const troubles = [
    '[   60.0] WARNING: CPU: 0 PID: 7 at kernel/bpf/hashtab.c:12 htab_map+0x1/0x2',
    '[   61.0] BUG: kernel NULL pointer dereference, address: 0000000000000008',
    '[   62.0] rcu: INFO: rcu_preempt self-detected stall on CPU',
    '[   63.0] INFO: task fuzzer:12 blocked for more than 120 seconds.',
    '[   64.0] refcount_t: underflow; use-after-free.',
  ];
  expect(troubleIn(troubles.join('\n'))).toEqual(troubles);
});
