/** The installed product, which several arenas need in turn: what is in force stays so in between. */
import { existsSync } from 'node:fs';
import { Helper, HOME, trustDev } from '../../kernel/installed.ts';

export const PINS = '/sys/fs/bpf/ringfence';

/** The user's key is made and trusted once. */
export function trustOnce(): void {
  if (!existsSync(`${HOME}/.config/ringfence/publisher.key`)) trustDev();
}

export async function startHelper(): Promise<Helper> {
  trustOnce();
  const helper = new Helper();
  if (!existsSync(PINS)) {
    // the one that loads the programs keeps their links open: it loads them, and another one takes over
    await helper.start();
    await helper.end('SIGTERM');
  }
  await helper.start();
  return helper;
}
