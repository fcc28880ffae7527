import { describe, expect, it } from 'vitest';
import { type Attack, casesOf } from './attack.ts';
import { type AuditRecord, judge, type Runs } from './judge.ts';
import type { CaseResult } from './plan.ts';

const attack: Attack = {
  name: 'open-plain',
  areas: ['vault', 'protected'],
  grant: 'path',
  calls: ['open'],
  operations: ['read'],
  hook: 'file_open',
  groups: [7],
  incidents: [1, 5],
};
const cases = casesOf([attack], true);

const result = (id: string, exit: number): [string, CaseResult] => [
  id,
  { name: id, start: '100', end: '200', exit, signal: 0, report: { step: 'open', ok: exit === 0, errno: exit } },
];
const record = (area: string, reason: string, more: Partial<AuditRecord> = {}): AuditRecord => ({
  ...{
    kind: 'decision',
    seq: 7,
    verdict: 'block',
    mono_ns: '150',
    operation: 'read',
    call: 'open',
    rule: null,
    reason,
  },
  path: `/home/dev/${area}/open-plain/id_rsa`,
  ...more,
});

/** What a guard that holds leaves behind. */
const held = (): Runs => ({
  control: new Map([result('open-plain@vault', 0), result('open-plain@protected', 0)]),
  guarded: new Map([result('open-plain@vault', 10), result('open-plain@protected', 10)]),
  granted: new Map([result('open-plain@vault', 0), result('open-plain@protected', 10)]),
  guardedRecords: [record('vault', 'no-rule'), record('.ssh', 'location')],
  grantedRecords: [record('.ssh', 'location')],
});

describe('the counting rule', () => {
  it('counts an attack whose control, refusal, record and grant are all there', () => {
    expect(judge(attack, cases, held())).toMatchObject({
      held: true,
      bypassed: false,
      missing: [],
      records: [7, 7, 7],
    });
  });

  it('does not count it without a control that succeeds', () => {
    const control = new Map([result('open-plain@vault', 20), result('open-plain@protected', 0)]);
    expect(judge(attack, cases, { ...held(), control })).toMatchObject({ held: false, controlSucceeded: false });
  });

  it('calls it a bypass when the guarded run succeeds', () => {
    const guarded = new Map([result('open-plain@vault', 0), result('open-plain@protected', 10)]);
    expect(judge(attack, cases, { ...held(), guarded })).toMatchObject({ held: false, bypassed: true });
  });

  it('calls it a bypass when a manifest opens the protected location', () => {
    const granted = new Map([result('open-plain@vault', 0), result('open-plain@protected', 0)]);
    expect(judge(attack, cases, { ...held(), granted })).toMatchObject({ held: false, bypassed: true });
  });

  it('does not count a refusal at another call than the intended one', () => {
    const guarded = new Map([result('open-plain@vault', 11), result('open-plain@protected', 10)]);
    expect(judge(attack, cases, { ...held(), guarded })).toMatchObject({ held: false, bypassed: false });
  });

  it('does not count it when the same program fails under a manifest that grants it, and says what was decided', () => {
    const granted = new Map([result('open-plain@vault', 10), result('open-plain@protected', 10)]);
    expect(judge(attack, cases, { ...held(), granted }).missing).toEqual([
      'granted: refused (open, errno 10); block read /home/dev/.ssh/open-plain/id_rsa: location',
    ]);
  });

  it.each([
    ['no record', []],
    ['a record of another time', [record('vault', 'no-rule', { mono_ns: '201' })]],
    ['a record of another call', [record('vault', 'no-rule', { call: 'exec' })]],
    ['a record of another operation', [record('vault', 'no-rule', { operation: 'write' })]],
    ['a record of another path', [record('vault', 'no-rule', { path: '/home/dev/vault/unlink/id_rsa' })]],
    ['a record of an allowed call', [record('vault', 'no-rule', { verdict: 'allow' })]],
    ['a record that names no rule', [record('vault', 'rule', { rule: { id: 0 } })]],
  ])('does not count it with %s', (_what, records) => {
    const guardedRecords = [...records, record('.ssh', 'location')];
    expect(judge(attack, cases, { ...held(), guardedRecords })).toMatchObject({ held: false, bypassed: false });
  });

  it('asks for the reason and the object that the attack names', () => {
    const named = { ...attack, areas: ['vault' as const], object: '/memfd:x', reason: 'internal-filesystem' as const };
    const own = casesOf([named], true);
    const memory = record('vault', 'internal-filesystem', { path: '[0:1]/memfd:x' });
    const missing = (one: AuditRecord) => judge(named, own, { ...held(), guardedRecords: [one] }).missing.length;
    expect(missing(memory)).toBe(0);
    expect(missing({ ...memory, reason: 'no-rule' })).toBe(1);
    expect(missing({ ...memory, path: '/home/dev/vault/open-plain/id_rsa' })).toBe(1);
  });

  it('asks that a protected location is refused as such', () => {
    const guardedRecords = [record('vault', 'no-rule'), record('.ssh', 'no-rule')];
    expect(judge(attack, cases, { ...held(), guardedRecords })).toMatchObject({ held: false });
  });
});
