/** Agents on a terminal, in a guest of their own. */
import { join } from 'node:path';
import type { Kernel } from '../../vm/kernel-package.ts';
import { runInGuest } from '../own-guest.ts';

const TIMEOUT_SECONDS = 2400;

/** Whether everything was as it should be; failures are printed as they come. */
export async function inTerminal(kernel: Kernel): Promise<boolean> {
  const program = join(import.meta.dirname, 'guest.ts');
  const status = await runInGuest({
    ...{ kernel, name: 'terminal', program, product: true, timeoutSeconds: TIMEOUT_SECONDS },
  });
  return status === 0;
}
