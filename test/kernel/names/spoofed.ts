/** Segments in a name server's name that are not of the stream: who sends them does not know its numbers. */
import { decodeU64, encodeU64 } from '../../../helper/kernel/layout.ts';
import { PinnedMap } from '../../../helper/kernel/pinned-map.ts';
import { Performer } from '../performer.ts';
import { TestSession } from '../session.ts';
import { PORT, policyWith, type World } from './world.ts';

/** Half of all numbers apart, so that one at least is far from any. */
const NUMBERS = [0x1111_1111, 0x9111_1111];
const EPERM = 1;

export async function spoofed({ guard, programs, tally }: World): Promise<void> {
  const session = new TestSession(guard, policyWith({ egress: [`api.example.com:${PORT}`] }));
  const [inside, outside] = [new Performer(`${programs}/asker`), new Performer(`${programs}/asker`)];
  session.enter(inside.pid);
  const counts = new PinnedMap(guard.side.pinDirectory, 'captured');
  const captured = () => Number(decodeU64(counts.get(encodeU64(session.label.session)) ?? new Uint8Array(8)));
  const port = await inside.perform('hold-stream', '');
  const begun = captured();
  tally.check('control: the beginning of a stream is handed on', (port ?? 0) > 1023 && begun > 0, `${port} ${begun}`);
  const sent: (number | null)[] = [];
  for (const number of NUMBERS) sent.push(await outside.perform('spoof', String(port), String(number)));
  const handed = captured() - begun;
  tally.check(
    'what is not of it is not',
    sent.every((errno) => errno === 0) && handed < NUMBERS.length,
    `${sent}, ${handed}`,
  );
  const reached = await inside.perform('connect', '203.0.113.66', String(PORT));
  tally.check('and opens nothing', reached === EPERM, `errno ${reached}`);
  await inside.end();
  await outside.end();
  session.end();
}
