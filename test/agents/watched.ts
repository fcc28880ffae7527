/** In the guest, as root: the manifest of an agent that no starter is shipped for, from what one session of it did, as docs/starters.md says. */
import { execFileSync } from 'node:child_process';
import { chownSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { RINGFENCE, runAsDev } from '../attacks/session.ts';
import { records, sleep } from '../kernel/installed.ts';
import type { Agent } from './agent.ts';
import { HOME } from './places.ts';
import { LOGGED_AFTER_MS, type Manifest, playAs, underManifest } from './played-by-dev.ts';
import { TASKS } from './tasks/task.ts';

/** Not below the home, which is emptied before each run. */
const AGENTS = '/home/agents';
const KEYS = join(AGENTS, 'keys');
const SECRET_KEY = join(KEYS, 'publisher.key');
/** What a person does with it while it is watched. */
const DAY = 'run-tests';
const DEV = 1000;

/** Keeps the user's own key for manifests: the home is emptied. */
export function keepKeys(): void {
  cpSync(join(HOME, '.config', 'ringfence'), KEYS, { recursive: true });
  for (const path of [AGENTS, KEYS, ...readdirSync(KEYS).map((name) => join(KEYS, name))]) chownSync(path, DEV, DEV);
}

async function ringfence(...words: string[]): Promise<string> {
  const { status, stdout, stderr } = await runAsDev([RINGFENCE, ...words], { cwd: AGENTS });
  if (status !== 0) throw new Error(`ringfence ${words.join(' ')} ended with ${status}: ${stdout} ${stderr}`);
  return stdout + stderr;
}

function emptyFolder(name: string): string {
  const folder = join(AGENTS, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  chownSync(folder, DEV, DEV);
  return folder;
}

/** Root's to say. */
const setMode = (...words: string[]): void => void execFileSync(RINGFENCE, ['mode', ...words]);

/** @throws when a step does not work, or the watched session is not on record */
export async function manifestFromWatching(agent: Agent): Promise<Manifest> {
  const task = TASKS.find(({ name }) => name === DAY);
  if (task === undefined) throw new Error(`there is no task ${DAY}`);
  const open = emptyFolder(`${agent.name}-open`);
  await ringfence('manifest', 'init', '--agent', agent.starter, open);
  const file = join(open, 'clawmanifest.json');
  writeFileSync(
    file,
    JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), skill_id: basename(open), mode: 'audit' }),
  );
  await ringfence('manifest', 'sign', '--key', SECRET_KEY, open);
  setMode(agent.name, 'audit', '--for', '2h');
  await playAs(agent, task, underManifest(file));
  await sleep(LOGGED_AFTER_MS);
  setMode(agent.name, 'enforce');
  const began = records().findLast(({ kind, skill_id }) => kind === 'session.started' && skill_id === basename(open));
  if (began === undefined) throw new Error('the watched session is not on record');
  const held = emptyFolder(agent.name);
  const said = await ringfence('manifest', 'init', '--from-audit', String(began.session), held);
  console.log(said.replace(/^/gm, `${agent.name}: `));
  await ringfence('manifest', 'sign', '--key', SECRET_KEY, held);
  return { file: join(held, 'clawmanifest.json'), skillId: basename(held) };
}
