/** Records of a history, made from their number: the same number is always the same record. */
import { type AuditEntry, auditEntry } from '../../core/protocol/audit.ts';
import { stamp } from './samples.ts';

const DIGITS = '0123456789abcdef';

/** Looks like a hash; is none. */
function digest(seed: number): string {
  let value = seed * 2_654_435_761 + 12_345;
  return Array.from({ length: 64 }, () => {
    value = (value * 1_103_515_245 + 12_345) % 2_147_483_648;
    return DIGITS[Math.floor(value / 65_536) % 16];
  }).join('');
}

const KINDS = [
  {
    verdict: 'block',
    action: 'read',
    call: 'open',
    path: '/home/dev/.ssh/id_rsa',
    reason: 'location',
    location: '~/.ssh',
  },
  {
    verdict: 'allow',
    action: 'write',
    call: 'open',
    path: '/home/dev/trips/plan.md',
    reason: 'rule',
    rule: { id: 3, pointer: 'permissions.filesystem.write[0]', text: '$WORKSPACE/**' },
  },
  {
    verdict: 'require_approval',
    action: 'read',
    call: 'open',
    path: '/home/dev/Documents/passport.txt',
    reason: 'timed-out',
    rule: { id: 7, pointer: 'permissions.require_approval.filesystem.read[0]', text: '~/Documents/**' },
  },
  {
    verdict: 'block',
    action: 'connect',
    call: 'connect',
    path: null,
    reason: 'no-rule',
    address: '203.0.113.9',
    port: 8080,
  },
  { verdict: 'block', action: 'exec', call: 'exec', path: '/usr/bin/sudo', reason: 'no-rule', count: 14 },
  {
    verdict: 'allow',
    action: 'read',
    call: 'open',
    path: '/home/dev/Documents/tickets.pdf',
    reason: 'approved',
    approver_uid: 1000,
    request: 37,
  },
  {
    verdict: 'allow',
    action: 'write',
    call: 'open',
    path: '/home/dev/src/shop/coverage/index.html',
    reason: 'audit-mode',
  },
] as const;

/** What is no decision: kinds with words of their own, and one that no version knows. */
const OTHER_KINDS = [
  { kind: 'session.started', action: 'run', path: '/home/dev/skills/travel/clawmanifest.json' },
  {
    kind: 'skill.trust-dropped',
    path: '/home/dev/skills/travel/scripts/book.mjs',
    message: 'It was written to by process 4712 after the skill was bound.',
  },
  { kind: 'key.trusted', skill_id: null, message: 'Acme Tools, sha256:3b7e9a1c3b7e9a1c' },
  { kind: 'key.revoked', skill_id: null, message: 'alice, sha256:9f129f129f129f12' },
  { kind: 'manifest.sign-refused', action: 'manifest.sign', path: '/home/dev/skills/travel/clawmanifest.json' },
  { kind: 'orbit.of_the_moon-was-seen-to-change', message: 'Of a kind that no version knows.' },
] as const;

/** Every so many records one is no decision. */
const OTHER_EVERY = 9;

export function sampleEntry(seq: number, total: number): AuditEntry {
  const common = {
    v: 1,
    seq,
    boot_id: 'b7d1',
    mono_ns: String(seq * 1_000_000),
    timestamp: stamp((seq - total) * 47_000).replace(/Z$/, '000Z'),
    prev: digest(seq - 1),
    evidence_hash: digest(seq),
  };
  if (seq % 61 === 0) {
    const gap = { pid: null, skill_id: null, action: null, path: null, verdict: null };
    const message = 'The helper was not running: 12 kernel events were lost.';
    return auditEntry.parse({ owner: null, record: { ...common, ...gap, kind: 'gap', message } }) as AuditEntry;
  }
  if (seq % OTHER_EVERY === 0) {
    const other = OTHER_KINDS[(seq / OTHER_EVERY) % OTHER_KINDS.length];
    const about = { pid: 4712, skill_id: 'travel', session: 's-travel', action: null, path: null, verdict: null };
    return auditEntry.parse({ owner: 1000, record: { ...common, ...about, ...other } }) as AuditEntry;
  }
  const notes = seq % 5 === 0;
  const kind = KINDS[(seq * 5 + Math.floor(seq / 9)) % KINDS.length] ?? KINDS[0];
  return auditEntry.parse({
    owner: 1000,
    record: {
      ...common,
      kind: 'decision',
      pid: 4712,
      skill_id: notes ? 'release-notes' : 'travel',
      session: notes ? 's-notes' : 's-travel',
      operation: kind.action,
      uid: 1000,
      process_chain: [
        { pid: 4712, executable: '/usr/bin/cat' },
        { pid: 4711, executable: '/usr/bin/node' },
      ],
      ...kind,
    },
  }) as AuditEntry;
}

/** A whole history, the oldest first. */
export function sampleHistory(total: number): AuditEntry[] {
  return Array.from({ length: total }, (_, index) => sampleEntry(index + 1, total));
}
