import { describe, expect, it } from 'vitest';
import { compile } from './compile.ts';
import { numberOn } from './number-on.ts';
import { type Policy, ruleId } from './rule.ts';
import { policyOf } from './testing/generated-policy.ts';

const origin = { source: 'manifest', pointer: 'test', text: 'test' } as const;
const POLICY: Policy = {
  ...policyOf([{ effect: 'allow', operations: ['read'], pattern: '/home/**' }]),
  network: [
    {
      ...{ id: ruleId(2), effect: 'allow', operation: 'connect', prefix: '192.0.2.0/24' },
      ...{ ports: { low: 443, high: 443 }, protocol: 'tcp', origin },
    },
  ],
  names: [
    {
      ...{ id: ruleId(3), effect: 'allow', name: 'example.org' },
      ...{ ports: { low: 443, high: 443 }, protocol: 'tcp', origin },
    },
  ],
  localNames: [{ id: ruleId(4), effect: 'allow', name: new Uint8Array([97]), isPrefix: false, origin }],
};
const MOUNTS = [{ device: 1, root: '/', mountpoint: '/', type: 'ext4' }];

describe('numberOn', () => {
  it('raises every rule, and nothing that is none', () => {
    const tables = compile(POLICY, MOUNTS);
    if (!tables.ok) throw new Error(tables.error.message);
    const raised = numberOn(tables.value, 1000);
    const rulesOf = ({ accepts, destinations, names, localNames }: typeof raised) =>
      [
        ...accepts.rule,
        ...destinations.ranges.flat().map(({ rule }) => rule),
        ...names.hosts.flatMap(({ ranges }) => ranges.map(({ rule }) => rule)),
        ...localNames.flatMap(({ exact, longer }) => [exact.rule, longer.rule]),
      ].sort((a, b) => a - b);
    const before = rulesOf(tables.value);
    expect(new Set(before)).toEqual(new Set([0, 1, 2, 3, 4]));
    expect(rulesOf(raised)).toEqual(before.map((rule) => (rule === 0 ? 0 : rule + 1000)));
    expect({ ...raised, accepts: 0, destinations: 0, names: 0, localNames: 0 }).toEqual({
      ...tables.value,
      ...{ accepts: 0, destinations: 0, names: 0, localNames: 0 },
    });
  });
});
