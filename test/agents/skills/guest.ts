/** In the guest, as root: agents that run programs of their skills, on one side. Prints a line of JSON for each. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { formatSecretKey, generateKey } from '../../../core/manifest/index.ts';
import { RINGFENCE } from '../../attacks/session.ts';
import { sleep } from '../../kernel/installed.ts';
import { LogTail } from '../log-tail.ts';
import { asTyped, installStarters, prepareMachine } from '../machine.ts';
import { HOME, PLACES } from '../places.ts';
import { play } from '../play.ts';
import { asDev, cleanUp, LOGGED_AFTER_MS } from '../played-by-dev.ts';
import { recordOf } from '../run-record.ts';
import { writeSkill } from '../skill.ts';
import type { SkillsRun } from './judge.ts';
import { NARROWER, SKILL, SKILLED, taskOf } from './works.ts';

const { values } = parseArgs({
  options: {
    side: { type: 'string', default: 'free' },
    modules: { type: 'string', default: '' },
    agent: { type: 'string', multiple: true, default: [] },
  },
});
const DEV = 1000;
const TIMEOUT_MS = 3_600_000;
/** The home is emptied. */
const KEYS = '/srv/skills';
/** One that the guard trusts, where it is there. */
const KEY = join(KEYS, 'publisher.key');

type One = (typeof SKILLED)[number];

function launched({ agent, folder }: One, command: readonly string[]): string[] {
  const typed = asTyped(agent, command);
  if (values.side === 'free') return asDev(typed);
  const manifest = `/etc/ringfence/starters/${agent.starter}/clawmanifest.json`;
  return asDev([RINGFENCE, 'run', '--manifest', manifest, '--skills', join(HOME, folder), '--', ...typed]);
}

async function run(one: One): Promise<SkillsRun> {
  const { agent, folder } = one;
  cleanUp();
  mkdirSync('/run/user/1000', { recursive: true });
  log?.next();
  const from = performance.now();
  const played = await play({
    ...{ agent, task: taskOf(folder), user: DEV, timeoutMs: TIMEOUT_MS, places: PLACES },
    onPrepared: () => {
      writeSkill(join(HOME, folder, NARROWER), SKILL, KEY, DEV);
      execFileSync('chown', ['-R', `${DEV}:${DEV}`, HOME, '/run/user/1000']);
    },
    launch: (command) => launched(one, command),
  });
  const seconds = Math.round((performance.now() - from) / 1000);
  await sleep(LOGGED_AFTER_MS);
  const records = log?.next() ?? [];
  const { finished, output } = recordOf(played);
  const results = finished.exchanges.filter(({ isAside, last }) => !isAside && last.from === 'tool');
  return {
    ...{ agent: agent.name, output, seconds, told: results.map(({ last }) => last.text) },
    refused: records
      .filter(({ verdict }) => verdict === 'block')
      .map((each) => ({ skill: each.skill_id, path: each.path })),
    dropped: records.filter(({ kind }) => kind === 'skill.trust-dropped').map(({ skill_id }) => skill_id),
  };
}

const chosen = SKILLED.filter(({ agent }) => values.agent.includes(agent.name));
const agents = chosen.map(({ agent }) => agent);
prepareMachine(agents, values.modules);
mkdirSync(KEYS, { recursive: true });
if (values.side === 'guarded') {
  cpSync(join(HOME, '.config', 'ringfence', 'publisher.key'), KEY);
  await installStarters(agents);
} else writeFileSync(KEY, formatSecretKey(generateKey('nobody')));
const log = values.side === 'guarded' ? new LogTail() : null;
for (const one of chosen) console.log(`run ${JSON.stringify(await run(one))}`);
process.exit(0);
