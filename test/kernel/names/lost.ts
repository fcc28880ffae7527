/** More answers than there is room for while nobody reads them: what is lost is counted, opens nothing, and what comes after is learned. */
import { wireName } from '../../../core/names/host-name.ts';
import { AAAA, ANSWER, encodeMessage, SAME_NAME, TRUNCATED } from '../../../core/names/testing/dns-message.ts';
import { parseAddress } from '../../../core/policy/network-address.ts';
import { decodeU64, encodeU64 } from '../../../helper/kernel/layout.ts';
import { PinnedMap } from '../../../helper/kernel/pinned-map.ts';
import { Performer } from '../performer.ts';
import { Started, TestSession } from '../session.ts';
import { type Learning, PORT, policyWith, type World } from './world.ts';

const EPERM = 1;
/** The ring has room for a thousand. */
const SENT = 1500;
const SETTLE_MS = 120_000;
const LOST = '2001:db8::10:1';
const LATER = '2001:db8::10:2';
/** The zone knows it by a truncated answer. */
const AFTERWARDS = 'u38.example.org';
const AFTERWARDS_ADDRESS = '2001:db8::27';

/** Truncated, so that the kernel leaves it to the helper. */
function answer(address: string): Uint8Array {
  const data = parseAddress(address) as Uint8Array;
  const name = wireName('flood.example.org');
  const records = [{ owner: SAME_NAME, type: AAAA, ttl: 60, data }];
  return encodeMessage({ id: 1, flags: ANSWER | TRUNCATED, name, type: AAAA, records });
}

export async function lost({ guard, server, programs, tally }: World, learning: Learning): Promise<void> {
  const session = new TestSession(guard, policyWith({ egress: [`*.example.org:${PORT}`] }));
  const sink = new Started(`${programs}/asker`, ['sink'], session);
  const inside = new Performer(`${programs}/asker`);
  session.enter(inside.pid);
  const port = Number(await sink.line());
  const { session: number } = session.label;
  const lostSoFar = () => Number(guard.side.counters().answersLost);
  const captured = () =>
    Number(decodeU64(new PinnedMap(guard.side.pinDirectory, 'captured').get(encodeU64(number)) ?? new Uint8Array(8)));
  const before = lostSoFar();
  learning.pause();
  for (let sent = 0; sent < SENT - 1; sent += 1) await server.send(answer(LATER), port);
  await server.send(answer(LOST), port);
  const [gone, kept] = [lostSoFar() - before, captured()];
  tally.check(
    'what there is no room for is counted, and nothing else',
    gone > 0 && gone + kept === SENT,
    `${gone} ${kept}`,
  );
  learning.resume();
  const settled = async () => {
    for (const end = Date.now() + SETTLE_MS; Date.now() < end && !learning.tables.hasReadAll(number); )
      await new Promise((resolve) => setTimeout(resolve, 50));
    return learning.tables.hasReadAll(number);
  };
  tally.check('what there was room for is read', await settled());
  const reached = await inside.perform('connect', LATER, String(PORT));
  const refused = await inside.perform('connect', LOST, String(PORT));
  tally.check(
    'and opens what it says; what was lost opens nothing',
    reached === 0 && refused === EPERM,
    `${reached} ${refused}`,
  );
  await inside.perform('look-six', AFTERWARDS);
  const after = await inside.perform('connect', AFTERWARDS_ADDRESS, String(PORT));
  tally.check('what is answered later is learned', after === 0, `errno ${after}`);
  tally.check('nothing more is lost', lostSoFar() - before === gone, `${lostSoFar() - before}`);
  await sink.end();
  await inside.end();
  session.end();
}
