/** What becomes of what no rule speaks of: refused, asked about, or allowed and reported, each operation as the policy has it. */
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type NetworkRule, type Policy, REFUSE_UNDECLARED, ruleId, type Undeclared } from '../../core/policy/rule.ts';
import { originOf, policyOf } from '../../core/policy/testing/generated-policy.ts';
import { OPERATIONS, PATH_OPERATIONS } from '../../core/policy/vocabulary.ts';
import { HeldCalls } from '../../helper/kernel/held-calls.ts';
import { decisionsIn } from './decisions.ts';
import { Performer } from './performer.ts';
import { TestSession } from './session.ts';
import type { StandingSetup } from './standing.ts';

const PLACE = '/home/silence';
const EPERM = 1;
const COMPANIONS = 7;

const REFUSE = REFUSE_UNDECLARED;
const AUDIT: Undeclared = { asks: [], audits: [...OPERATIONS] };
const ASK: Undeclared = { asks: [...OPERATIONS], audits: [] };
const ASK_WRITE: Undeclared = { asks: ['write'], audits: ['read'] };
const AUDIT_READ: Undeclared = { asks: [], audits: ['read', 'connect'] };
const ASK_READ: Undeclared = { asks: ['read'], audits: [] };
const AUDIT_CREATE: Undeclared = { asks: [], audits: ['create'] };
const ASK_EXEC: Undeclared = { asks: ['exec'], audits: PATH_OPERATIONS.filter((one) => one !== 'exec') };

const blockedPort: NetworkRule = {
  id: ruleId(10),
  effect: 'block',
  operation: 'connect',
  prefix: '127.0.0.1/32',
  ports: { low: 7201, high: 7201 },
  protocol: 'any',
  origin: originOf('loopback', ruleId(10)),
};

function policyWith(undeclared: Undeclared): Policy {
  const rules = policyOf([
    { effect: 'allow', operations: ['read', 'write'], pattern: `${PLACE}/declared/**`, silent: true },
    { effect: 'require_approval', operations: ['delete'], pattern: `${PLACE}/declared/**` },
    { effect: 'block', operations: ['write', 'create'], pattern: `${PLACE}/closed/**` },
    { effect: 'block', operations: ['write'], pattern: `${PLACE}/above/closed/**` },
    { effect: 'allow', operations: ['delete'], pattern: `${PLACE}/going/**` },
  ]);
  return { ...rules, network: [blockedPort], undeclared };
}

/** What is tried, under what, and the last record of it: verdict, reason, operation; none: nothing is reported. */
type Case = readonly [name: string, attempt: string, under: Undeclared, record: string];

const CASES: readonly Case[] = [
  ['refused', 'mkdir free/new', REFUSE, 'block no-rule create'],
  ['audited', 'mkdir free/new', AUDIT, 'audit audit-mode create'],
  ['asked about', 'mkdir free/new', ASK, 'block nobody-to-ask create'],
  ['reading, audited', 'read free/file', AUDIT, 'audit audit-mode read'],
  ['a program, audited', 'exec free/program', AUDIT, 'audit audit-mode exec'],
  ['declared, and silent', 'read-write declared/file', AUDIT, ''],
  ['a rule that asks beats audit', 'unlink declared/file', AUDIT, 'block nobody-to-ask delete'],
  ['a rule that forbids beats audit', 'write closed/file', AUDIT, 'block rule write'],
  ['a rule that forbids beats a question', 'write closed/file', ASK, 'block rule write'],
  ['beside a rule for something else', 'mkdir declared/new', AUDIT, 'audit audit-mode create'],
  ['asked about and audited', 'read-write free/file', ASK_WRITE, 'block nobody-to-ask write'],
  ['audited and refused', 'read-write free/file', AUDIT_READ, 'block no-rule write'],
  ['asked about and refused', 'read-write free/file', ASK_READ, 'block no-rule write'],
  ['declared and audited', 'create declared/new', AUDIT, 'audit audit-mode create'],
  ['declared and refused', 'create declared/new', ASK_READ, 'block no-rule create'],
  ['an address', 'connect 127.0.0.1 7200', REFUSE, 'block no-rule connect'],
  ['an address, audited', 'connect 127.0.0.1 7200', AUDIT, 'audit audit-mode connect'],
  ['an address, asked about', 'connect ::1 7200', ASK, 'block nobody-to-ask connect'],
  ['an address that a rule forbids', 'connect 127.0.0.1 7201', AUDIT, 'block rule connect'],
  ['listening, audited', 'bind-stream 127.0.0.1 7200', AUDIT, 'audit audit-mode listen'],
  ['listening, asked about', 'bind-stream 127.0.0.1 7200', ASK, 'block nobody-to-ask listen'],
  ['listening, where connecting is audited', 'bind-stream ::1 7200', AUDIT_READ, 'block no-rule listen'],
  ['a file to a new name', 'rename going/file free/new', AUDIT_CREATE, 'allow rule delete'],
  ['a file over another', 'rename going/file free/file', AUDIT_CREATE, 'block no-rule delete'],
  ['a folder', 'rename free/folder free/moved', REFUSE, 'block no-rule delete'],
  ['a folder, audited', 'rename free/folder free/moved', AUDIT, 'audit audit-mode delete'],
  ['a folder, asked about', 'rename free/folder free/moved', ASK, 'block nobody-to-ask delete'],
  ['a folder to where a rule asks', 'rename free/folder declared/moved', AUDIT, 'block nobody-to-ask create'],
  ['a folder to above what a rule forbids', 'rename free/folder above', AUDIT, 'block directory-move create'],
  ['a folder from where silence asks', 'rename free/folder declared/moved', ASK_EXEC, 'block nobody-to-ask create'],
  ['a folder within silence', 'rename free/folder free/moved', ASK_EXEC, 'audit audit-mode delete'],
];

function prepare(program: string): void {
  rmSync(PLACE, { recursive: true, force: true });
  for (const folder of ['declared', 'free/folder', 'closed', 'going'])
    mkdirSync(join(PLACE, folder), { recursive: true });
  for (const folder of ['declared', 'free', 'closed', 'going']) writeFileSync(join(PLACE, folder, 'file'), 'content');
  copyFileSync(program, join(PLACE, 'free/program'));
}

export async function silence(setup: StandingSetup): Promise<void> {
  const { guard, performer } = setup;
  const held = new HeldCalls(guard.side.pinDirectory);
  const outside = new Performer(performer);
  for (const under of new Set(CASES.map(([, , one]) => one))) {
    for (const companions of [0, COMPANIONS]) {
      const session = new TestSession(guard, policyWith(under));
      const inside = new Performer(performer, companions);
      await inside.perform('nothing', '');
      session.enter(inside.pid);
      for (const one of CASES.filter(([, , its]) => its === under)) {
        await oneCase({ ...setup, held }, one, companions, inside, outside);
      }
      await inside.end();
      session.end();
    }
  }
  await outside.end();
}

async function oneCase(
  { source, tally, program, held }: StandingSetup & { readonly held: HeldCalls },
  [name, attempt, , record]: Case,
  companions: number,
  inside: Performer,
  outside: Performer,
): Promise<void> {
  const [operation = '', ...objects] = attempt.split(' ');
  const [path = '', other = ''] = objects.map((one) => (/[a-z]/.test(one) ? join(PLACE, one) : one));
  prepare(program);
  const control = await outside.perform(operation, path, other);
  prepare(program);
  decisionsIn(source);
  // without a sign of life nobody would be asked at all
  held.beat();
  const errno = await inside.perform(operation, path, other);
  const last = decisionsIn(source).at(-1);
  const said = last ? `${last.verdict} ${last.reason} ${last.operation}` : '';
  const expected = record.startsWith('block') ? EPERM : 0;
  const isByRule = record.includes(' rule ') || name.startsWith('a rule');
  tally.check(
    `${name}, ${companions + 1} threads`,
    control === 0 && errno === expected && said === record && (last?.rule ?? 0) > 0 === isByRule,
    `unguarded ${control}, errno ${errno}, “${said}” instead of “${record}”`,
  );
}
