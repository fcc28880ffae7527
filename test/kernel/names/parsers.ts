/** The kernel's reading of answers against the worker's, over generated messages: together they learn what the latter says. */
import fc from 'fast-check';
import { type DnsAnswer, parseDnsAnswer } from '../../../core/names/dns-answer.ts';
import { coversName, parseNamePattern } from '../../../core/names/host-name.ts';
import { message } from '../../../core/names/testing/dns-message.ts';
import { decodeU64, encodeU64 } from '../../../helper/kernel/layout.ts';
import { PinnedMap } from '../../../helper/kernel/pinned-map.ts';
import { Started, TestSession } from '../session.ts';
import { type Learning, PORT, policyWith, SETTINGS, type World } from './world.ts';

const PATTERNS = ['api.example.com', '*.example.org'];
const NAMES = [
  'api.example.com',
  'API.example.com',
  'a.example.org',
  'b.c.example.org',
  'example.org',
  'x.example.net',
];
const MESSAGES = { short: 2000, full: 20_000 };
const SETTLE_MS = 60_000;
const AT_ONCE = 500;
const HOSTS_OFFSET = 8;
const NS_PER_SECOND = 1e9;

export async function parsers({ guard, server, programs, tally, rounds }: World, { tables }: Learning): Promise<void> {
  const session = new TestSession(guard, policyWith({ egress: PATTERNS.map((pattern) => `${pattern}:${PORT}`) }));
  const sink = new Started(`${programs}/asker`, ['sink'], session);
  const port = Number(await sink.line());
  const count = rounds > 100 ? MESSAGES.full : MESSAGES.short;
  const messages = fc.sample(message(NAMES), { numRuns: count, seed: 20260105 });
  const number = session.label.session;
  const settled = async () => {
    for (const end = Date.now() + SETTLE_MS; Date.now() < end && !tables.hasReadAll(number); )
      await new Promise((resolve) => setTimeout(resolve, 20));
  };
  for (const [index, bytes] of messages.entries()) {
    await server.send(bytes, port);
    // the ring has room for a thousand
    if (index % AT_ONCE === AT_ONCE - 1) await settled();
  }
  await settled();
  const counted = (name: string) =>
    decodeU64(new PinnedMap(guard.side.pinDirectory, name).get(encodeU64(number)) ?? new Uint8Array(8));
  const expected = new Set(messages.flatMap((bytes) => lessonsOf(parseDnsAnswer(bytes))));
  const told = learnedBy(new PinnedMap(guard.side.pinDirectory, 'learned'), number);
  const actual = new Set(told.map(({ lesson }) => lesson));
  const captured = Number(counted('captured'));
  const missing = [...expected].filter((one) => !actual.has(one));
  const surplus = [...actual].filter((one) => !expected.has(one));
  tally.check('everything captured was read', tables.hasReadAll(number));
  tally.check('most was read by the kernel', captured > 0 && captured < count / 2, `${captured} of ${count} captured`);
  tally.check('the messages teach something', expected.size > count / 4, `${expected.size} lessons`);
  tally.check(
    'all that they say is learned',
    missing.length === 0,
    `${missing.length} missing: ${missing.slice(0, 3)}`,
  );
  tally.check('and nothing else', surplus.length === 0, `${surplus.length} too many: ${surplus.slice(0, 3)}`);
  // many say that they hold for two hours
  const now = process.hrtime.bigint();
  const longest = Math.max(...told.map(({ untilNs }) => Number(untilNs - now))) / NS_PER_SECOND;
  const isBounded = longest <= SETTINGS.longestSeconds && longest > SETTINGS.longestSeconds / 2;
  tally.check('nothing counts for longer than it may', isBounded, `${longest.toFixed(0)} s`);
  console.log(`    ${count} messages, ${captured} captured, ${expected.size} lessons`);
  await sink.end();
  session.end();
}

/** `HOST ADDRESS` for each address of an answer to a name that a rule means. */
function lessonsOf(answer: DnsAnswer | null): string[] {
  if (answer === null) return [];
  const host = PATTERNS.findIndex((pattern) =>
    coversName(parseNamePattern(pattern), { name: answer.name, ending: false }),
  );
  if (host < 0) return [];
  return answer.addresses.map(({ address }) => `${host + 1} ${Buffer.from(address).toString('hex')}`);
}

type Lesson = { readonly lesson: string; readonly untilNs: bigint };

/** What the kernel knows of a session: struct rf_learned by struct rf_learned_key. */
function learnedBy(map: PinnedMap, session: bigint): Lesson[] {
  const lessons: Lesson[] = [];
  for (const key of map.keys()) {
    if (decodeU64(key) !== session) continue;
    const value = map.get(key);
    if (value === null) continue;
    const data = new DataView(value.buffer, value.byteOffset, value.byteLength);
    for (let at = HOSTS_OFFSET; at < value.length; at += 16) {
      // its number within the policy
      const host = data.getUint32(at + 8, true) & 0x7fff;
      const lesson = `${host} ${Buffer.from(key.subarray(8)).toString('hex')}`;
      if (host !== 0) lessons.push({ lesson, untilNs: data.getBigUint64(at, true) });
    }
  }
  return lessons;
}
