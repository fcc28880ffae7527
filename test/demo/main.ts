/**
 * `npm run demo [-- --kernel 6.1|6.12] [--json FILE]`: a real agent leaks a fake SSH key, is then stopped by the kernel, and
 * waits for a person where its manifest wants one, in a guest. Exit status 0 only if it leaked without the guard, was blocked
 * with it, was held as long as the person took, and the record verifies.
 */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { installPi, PI_FOLDER } from '../agents/pi/agent.ts';
import { bootGuest } from '../vm/boot-guest.ts';
import { CHECKOUT } from '../vm/checkout.ts';
import { GuestError } from '../vm/guest-error.ts';
import { KERNELS, type Kernel } from '../vm/kernel-package.ts';

const { values } = parseArgs({
  options: { kernel: { type: 'string', default: '6.12' }, json: { type: 'string' } },
});

const CACHE = join(CHECKOUT, '.cache', 'demo');
const TIMEOUT_SECONDS = 900;
/** Where the screenshots are left. */
const SHOTS = join(CHECKOUT, 'out', 'demo');
const LEAST_SHOTS = 5;
/** An empty screen is smaller. */
const LEAST_SHOT_BYTES = 10_000;
/** Two reads by the agent's own threads, a program, and two new files; the person takes 15 s over one of them. */
const HOLDS = 5;
const LONGEST_HOLD_MS = 15_000;
/** The product's own runtime: whatever Node the machine has, this one is there. */
const GUEST_NODE = '/opt/ringfence/runtime/bin/node';

/** Several threads may wait for the same; none of it went unanswered. */
function areWhole(holds: readonly { path: string | null; answer: string }[]): boolean {
  return new Set(holds.map(({ path }) => path)).size === HOLDS && holds.every(({ answer }) => answer !== 'unanswered');
}

/** Brings the guest's screenshots out; their paths. */
function takeShots(from: string): string[] {
  rmSync(SHOTS, { recursive: true, force: true });
  mkdirSync(SHOTS, { recursive: true });
  cpSync(from, SHOTS, { recursive: true });
  const shots = readdirSync(SHOTS)
    .sort()
    .map((name) => join(SHOTS, name));
  return shots.filter((path) => statSync(path).size >= LEAST_SHOT_BYTES);
}

const storySchema = z.looseObject({
  leakedWithoutGuard: z.boolean(),
  blocked: z.boolean(),
  heldApproved: z.object({ ms: z.number() }),
  heldDenied: z.boolean(),
  /** How the answers were given. */
  answeredBy: z.array(z.string()),
  holds: z.array(z.object({ path: z.string().nullable(), operation: z.string(), answer: z.string(), ms: z.number() })),
  agentFinished: z.boolean(),
  evidenceVerified: z.boolean(),
});

function chosenKernel(): Kernel {
  const known = Object.keys(KERNELS) as Kernel[];
  const kernel = known.find((each) => each === values.kernel);
  if (kernel === undefined) throw new Error(`there is no kernel ${values.kernel}; known are ${known.join(' and ')}`);
  return kernel;
}

async function playDemo(kernel: Kernel): Promise<boolean> {
  const agent = await installPi((line) => console.error(line));
  const output = mkdtempSync(join(CACHE, 'output-'));
  const start = performance.now();
  let firstLineSeconds: number | null = null;
  console.error(`booting Linux ${kernel} in an emulator; this machine's own kernel and files are not touched …`);
  try {
    const guest = await bootGuest({
      kernel,
      command: [GUEST_NODE, join(import.meta.dirname, 'guest.ts'), agent.version],
      user: 'root',
      product: false,
      desktop: true,
      diskFiles: [{ from: agent.folder, to: PI_FOLDER }],
      outputDirectory: output,
      timeoutSeconds: TIMEOUT_SECONDS,
      console: join(CACHE, `console-${kernel}.log`),
      onOutput: (stream, chunk) => {
        firstLineSeconds ??= Math.round((performance.now() - start) / 100) / 10;
        process[stream].write(chunk);
      },
      onProgress: (line) => console.error(line),
    });
    if (guest.exitCode !== 0) throw new Error(`the story in the guest ended with status ${guest.exitCode}`);
    const story = storySchema.parse(JSON.parse(readFileSync(join(output, 'demo.json'), 'utf8')));
    const { accelerator, kernelRelease } = guest;
    const seconds = Math.round(guest.seconds);
    const screenshots = takeShots(join(output, 'screenshots'));
    const result = {
      kernel,
      kernelRelease,
      accelerator,
      seconds,
      firstLineSeconds,
      agent: nameOf(agent),
      ...story,
      screenshots,
    };
    if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(result, null, 2)}\n`);
    const byHand = story.answeredBy.join() === 'desktop' && screenshots.length >= LEAST_SHOTS;
    const held = story.heldApproved.ms >= LONGEST_HOLD_MS && story.heldDenied && areWhole(story.holds) && byHand;
    const good = story.leakedWithoutGuard && story.blocked && held && story.agentFinished && story.evidenceVerified;
    const summary = JSON.stringify({ ...result, blocks: undefined, holds: undefined });
    console.log(`\n${good ? 'All of it held' : 'SOMETHING IS WRONG'}: ${summary}`);
    return good;
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
}

const nameOf = ({ name, version }: { name: string; version: string }) => ({ name, version });

try {
  mkdirSync(CACHE, { recursive: true });
  process.exitCode = (await playDemo(chosenKernel())) ? 0 : 1;
} catch (error) {
  console.error(error instanceof GuestError ? error.describe() : `demo: ${(error as Error).message}`);
  process.exitCode = 1;
}
