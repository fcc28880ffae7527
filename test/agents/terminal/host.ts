/** Agents on a terminal, in a guest of their own. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../../build/root.ts';
import { bootGuest } from '../../vm/boot-guest.ts';
import type { Kernel } from '../../vm/kernel-package.ts';
import { EVERY_AGENT } from '../agents/all.ts';
import { GLOBAL_AGENTS, layOutGlobally } from '../global-layout.ts';

const FOLDER = join(ROOT, '.cache', 'agents', 'terminal');
const GUEST_NODE = '/opt/ringfence/runtime/bin/node';
const TIMEOUT_SECONDS = 2400;

/** Whether everything was as it should be; failures are printed as they come. */
export async function inTerminal(kernel: Kernel): Promise<boolean> {
  mkdirSync(FOLDER, { recursive: true });
  layOutGlobally(EVERY_AGENT);
  const guest = await bootGuest({
    kernel,
    command: [GUEST_NODE, join(import.meta.dirname, 'guest.ts'), '--modules', GLOBAL_AGENTS],
    user: 'root',
    product: true,
    timeoutSeconds: TIMEOUT_SECONDS,
    console: join(FOLDER, `console-${kernel}.log`),
    onOutput: (_stream, chunk) => void process.stderr.write(chunk.toString().replace(/^(?=.)/gm, `[${kernel}] `)),
  });
  return guest.exitCode === 0;
}
