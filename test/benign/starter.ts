/** The starter as it is shipped, installed as an administrator installs it; and that starter without one of its grants. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { RINGFENCE } from '../attacks/session.ts';
import { skill, sleep } from '../kernel/installed.ts';
import { putStartersOnDisk } from '../kernel/modes/starter.ts';
import { AGENT, WORKSPACE } from './home.ts';

const ID = 'claude-code';
const INSTALLED = `/etc/ringfence/starters/${ID}/clawmanifest.json`;
/** The helper notices a new mount within half a second; an emulated one takes its time. */
const NOTICED_AFTER_MS = 3000;

export const UNGUARDED = ['/bin/sh', AGENT, WORKSPACE];
/** No manifest is named: the installed starter of the command counts. */
export const GUARDED = [RINGFENCE, 'run', AGENT, WORKSPACE];

export async function installStarter(): Promise<void> {
  putStartersOnDisk();
  await sleep(NOTICED_AFTER_MS);
  execFileSync(RINGFENCE, ['starters', 'install', ID], { stdio: ['ignore', 'ignore', 'inherit'] });
}

type Permissions = { exec: string[]; filesystem: { read: string[]; write: string[] } };

/** The agent under a manifest that grants what the installed starter does but for one thing. */
export function guardedBut(name: string, take: (permissions: Permissions) => void): string[] {
  const { permissions } = JSON.parse(readFileSync(INSTALLED, 'utf8')) as { permissions: Permissions };
  take(permissions);
  return [RINGFENCE, 'run', '--manifest', skill(name, permissions), '--', AGENT, WORKSPACE];
}
