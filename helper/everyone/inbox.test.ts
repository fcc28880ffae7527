import { expect, test } from 'vitest';
import { type EveryoneSighting, everyoneSighting, MAX_INBOX } from '../../core/protocol/everyone.ts';
import { MAX_RESPONSE_BYTES } from '../../core/protocol/limits.ts';
import type { Uid } from '../../core/protocol/scalars.ts';
import { EMPTY_INBOX, PeoplesInbox, storedInbox } from './inbox.ts';

const ALICE = 1000 as Uid;
const BOB = 1001 as Uid;
const free = () => undefined;

function seen(more: object = {}): EveryoneSighting {
  return everyoneSighting.parse({
    program: '/usr/bin/rclone',
    ...{ uid: ALICE, location: 'ssh-keys', operation: 'read', verdict: 'block', count: 1 },
    ...{ firstAt: '2026-01-01T00:00:00Z', lastAt: '2026-01-01T00:00:01Z' },
    ...more,
  });
}

test('a program at a location is one entry, whatever it does there', () => {
  const inbox = new PeoplesInbox(EMPTY_INBOX);
  inbox.add(seen({ count: 3 }), false);
  inbox.add(
    seen({ operation: 'write', count: 2, firstAt: '2026-01-01T00:00:05Z', lastAt: '2026-01-01T00:00:09Z' }),
    false,
  );
  expect(inbox.list(ALICE, free).entries).toMatchObject([
    { operations: ['read', 'write'], count: 5, firstAt: '2026-01-01T00:00:00Z', lastAt: '2026-01-01T00:00:09Z' },
  ]);
  inbox.add(seen({ script: '/usr/bin/rclone' }), false);
  inbox.add(seen({ location: 'aws' }), false);
  expect(inbox.list(ALICE, free).entries.map(({ location, script }) => [location, script])).toEqual([
    ['aws', undefined],
    ['ssh-keys', '/usr/bin/rclone'],
    ['ssh-keys', undefined],
  ]);
});

test('what is dismissed stays away, unless what was let through is stopped', () => {
  const inbox = new PeoplesInbox(EMPTY_INBOX);
  inbox.add(seen({ verdict: 'audit' }), true);
  const [entry] = inbox.list(ALICE, free).entries;
  expect(inbox.dismiss(entry?.id ?? '', ALICE)).toBe(ALICE);
  inbox.add(seen({ verdict: 'audit' }), true);
  expect(inbox.list(ALICE, free).entries).toEqual([]);
  inbox.add(seen(), false);
  expect(inbox.list(ALICE, free).entries).toMatchObject([{ learnt: true, verdict: 'block' }]);
  inbox.dismiss(entry?.id ?? '', ALICE);
  inbox.add(seen(), false);
  expect(inbox.list(ALICE, free).entries).toEqual([]);
});

test('who floods forgets their own: those seen longest ago, and dismissed ones first', () => {
  const inbox = new PeoplesInbox(EMPTY_INBOX);
  inbox.add(seen({ uid: BOB }), false);
  for (let n = 0; n < MAX_INBOX; n += 1) inbox.add(seen({ program: `/tmp/${n}` }), false);
  const dismissed = inbox.list(ALICE, free).entries.find(({ program }) => program === '/tmp/7');
  inbox.dismiss(dismissed?.id ?? '', ALICE);
  inbox.add(seen({ program: '/tmp/more' }), false);
  expect(inbox.list(ALICE, free)).toMatchObject({ more: 0 });
  inbox.add(seen({ program: '/tmp/0' }), false);
  inbox.add(seen({ program: '/tmp/most' }), false);
  const { entries, more } = inbox.list(ALICE, free);
  expect([entries.length, more]).toEqual([MAX_INBOX, 1]);
  expect(entries.map(({ program }) => program)).not.toContain('/tmp/1');
  expect(entries.map(({ program }) => program)).toContain('/tmp/0');
  expect(inbox.list(BOB, free)).toMatchObject({ entries: [{ uid: BOB }], more: 0 });
});

test('many people together have room for so many, and who has most gives', () => {
  const inbox = new PeoplesInbox(EMPTY_INBOX);
  inbox.add(seen({ uid: 3000 }), false);
  for (let uid = 2000; uid < 2006; uid += 1)
    for (let n = 0; n < MAX_INBOX; n += 1) inbox.add(seen({ uid, program: `/tmp/${n}` }), false);
  expect(storedInbox.safeParse(inbox.stored()).success).toBe(true);
  expect(inbox.list(3000 as Uid, free).entries).toHaveLength(1);
});

test('names that are long and dear to write down fill no message', () => {
  const inbox = new PeoplesInbox(EMPTY_INBOX);
  const dear = '\u0001'.repeat(4000);
  for (let n = 0; n < MAX_INBOX; n += 1) inbox.add(seen({ program: `/${n}${dear}`, script: `/${dear}` }), false);
  const listed = inbox.list(ALICE, () => dear);
  expect(Buffer.byteLength(JSON.stringify(listed))).toBeLessThan(MAX_RESPONSE_BYTES / 2);
  expect(listed.entries.length + listed.more).toBe(MAX_INBOX);
  expect(listed.entries[0]?.program.startsWith(`/${MAX_INBOX - 1}`)).toBe(true);
});

test('what is written down is read again', () => {
  const inbox = new PeoplesInbox(EMPTY_INBOX);
  inbox.add(seen({ script: '/usr/bin/x' }), true);
  inbox.add(seen(), false);
  const again = new PeoplesInbox(storedInbox.parse(JSON.parse(JSON.stringify(inbox.stored()))));
  expect(again.list(ALICE, free)).toEqual(inbox.list(ALICE, free));
});

test('counts do not overflow', () => {
  const inbox = new PeoplesInbox(EMPTY_INBOX);
  inbox.add(seen({ count: Number.MAX_SAFE_INTEGER }), false);
  inbox.add(seen({ count: Number.MAX_SAFE_INTEGER }), false);
  expect(storedInbox.safeParse(inbox.stored()).success).toBe(true);
});
