/** Runs in the guest as root, on a stock kernel: rules on host names, against a scripted name server. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { open } from '../../../helper/kernel/event-source.ts';
import { Guard } from '../../../helper/kernel/guard.ts';
import { takeDown } from '../../../helper/kernel/put-in-force.ts';
import { CHOICE, chosen } from '../chosen.ts';
import { leavePattern } from '../handed-back.ts';
import { Tally } from '../tally.ts';
import { answerOfRound, clients } from './clients.ts';
import { codex } from './codex.ts';
import { answerOfCrowd, crowds } from './crowds.ts';
import { kinds } from './kinds.ts';
import { lost } from './lost.ts';
import { parsers } from './parsers.ts';
import { answerOfRefusal, refusals } from './refusals.ts';
import { spoofed } from './spoofed.ts';
import { unread } from './unread.ts';
import { Learning, OTHER_PORT, PORT, type World } from './world.ts';
import { beTheNetwork, NameServer, openPort } from './zone.ts';

const { values } = parseArgs({
  options: {
    programs: { type: 'string', default: '' },
    object: { type: 'string', default: '' },
    bun: { type: 'string', default: '' },
    codex: { type: 'string', default: '' },
    full: { type: 'boolean', default: false },
    ...CHOICE,
    /** Ends with the first failure: whoever takes guards out wants to know no more. */
    first: { type: 'boolean', default: false },
  },
});
/** What the verifier says is long, and its end is what counts. */
const SHOWN_LOG = 4000;
const PINS = '/sys/fs/bpf/ringfence-test';
const ROUNDS = { short: 48, full: 1000 };
const tally = new Tally(() => {
  if (values.first) end();
});

beTheNetwork();
const guard = load(values.object);
guard.protect([]);
const source = await open({ pinDirectory: PINS });
const server = await NameServer.open((name) => answerOfRound(name) ?? answerOfRefusal(name) ?? answerOfCrowd(name));
const closePorts = await Promise.all([PORT, OTHER_PORT].map(openPort));
const learning = await Learning.begin(PINS);
const world: World = {
  ...{ guard, source, server, tally, programs: values.programs, bun: values.bun, codex: values.codex },
  rounds: ROUNDS[values.full ? 'full' : 'short'],
};
const performer = join(values.programs, 'performer');

const GROUPS: Readonly<Record<string, () => Promise<void>>> = {
  'what the kernel and the worker read of answers': () => parsers(world, learning),
  'what names do not open': () => refusals(world, performer),
  'addresses of many names': () => crowds(world),
  'segments from beside a stream': () => spoofed(world),
  'kinds of sockets': () => kinds(world),
  'answers that nobody has read': () => unread(world, learning),
  'answers that there is no room for': () => lost(world, learning),
  'programs that look names up': () => clients(world),
  'Codex CLI': () => codex(world),
};
for (const [name, run] of chosen(GROUPS, values)) await tally.group(name, run);
await tally.group('the kernel itself', () => {
  const skipped = guard.side.statistics().filter(({ recursionMisses }) => recursionMisses > 0n);
  tally.check('no call was passed unjudged', skipped.length === 0, skipped.map(({ name }) => name).join(', '));
  const { dropped } = guard.side.counters();
  tally.check('no event was lost', dropped === 0n, `${dropped} lost`);
});
learning.end();
server.close();
for (const close of closePorts) close();
guard.close();
takeDown(PINS);
leavePattern();
end();

function end(): never {
  console.log(`${tally.passed} passed, ${tally.failed} failed`);
  process.exit(tally.failed === 0 ? 0 : 1);
}

function load(objectFile: string): Guard {
  try {
    return new Guard({ objectFile, pinDirectory: PINS });
  } catch (error) {
    console.log(String((error as { log?: string }).log ?? '').slice(-SHOWN_LOG));
    throw error;
  }
}
