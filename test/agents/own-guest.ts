/** Programs of agents' tests that take a guest for themselves. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../build/root.ts';
import { bootGuest } from '../vm/boot-guest.ts';
import type { Kernel } from '../vm/kernel-package.ts';
import { EVERY_AGENT } from './agents/all.ts';
import { GLOBAL_AGENTS, layOutGlobally } from './global-layout.ts';

const GUEST_NODE = '/opt/ringfence/runtime/bin/node';

export type OwnGuest = {
  readonly kernel: Kernel;
  /** What its files are called by. */
  readonly name: string;
  readonly program: string;
  readonly words?: readonly string[];
  /** Whether the product runs there. */
  readonly product: boolean;
  readonly share?: string;
  readonly timeoutSeconds: number;
  /** What the program prints, as it comes. */
  readonly onOutput?: (text: string) => void;
};

/** The status of the program in the end. What it prints goes on to this one's error output, unless somebody listens. */
export async function runInGuest({ kernel, name, program, words = [], ...more }: OwnGuest): Promise<number> {
  const folder = join(ROOT, '.cache', 'agents', name);
  mkdirSync(folder, { recursive: true });
  layOutGlobally(EVERY_AGENT);
  const tell = (text: string) => void process.stderr.write(text.replace(/^(?=.)/gm, `[${kernel}] `));
  const guest = await bootGuest({
    ...{ kernel, user: 'root', product: more.product, timeoutSeconds: more.timeoutSeconds },
    ...(more.share !== undefined && { share: more.share }),
    command: [GUEST_NODE, program, '--modules', GLOBAL_AGENTS, ...words],
    console: join(folder, `console-${kernel}.log`),
    onOutput: (stream, chunk) => (stream === 'stdout' && more.onOutput ? more.onOutput : tell)(chunk.toString()),
  });
  return guest.exitCode;
}
