/** What a bound process is let do: what both manifests grant, and nothing that one of them alone does. */
import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { chmodSync, copyFileSync, mkdirSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { give, records } from '../installed.ts';
import type { Tally } from '../tally.ts';
import { ABSTRACT, agent, agentsManifest, COPY, PORTS, sayings, TOOL, WORK } from './folders.ts';

const SOCKETS = `${WORK}/sockets`;
const EPERM = 1;
const [BOTH, OWN] = [`${WORK}/both`, `${WORK}/agents`];

/** A deed, and whether the skill may do it and the agent. FILE: one that is there to be used up. */
type Deed = readonly [deed: string, skill: boolean, agent: boolean];
const DEEDS: Readonly<Record<string, Deed>> = {
  'tcp-both': [`tcp ${PORTS.both}`, true, true],
  'tcp-agents': [`tcp ${PORTS.agents}`, false, true],
  'tcp-skills': [`tcp ${PORTS.skills}`, false, false],
  'send-both': [`send ${PORTS.both}`, true, true],
  'send-agents': [`send ${PORTS.agents}`, false, true],
  'listen-agents': [`listen ${PORTS.listened}`, false, true],
  'unix-both': [`unix ${SOCKETS}/both`, true, true],
  'unix-agents': [`unix ${SOCKETS}/agents`, false, true],
  'abstract-both': [`abstract ${ABSTRACT}both`, true, true],
  'abstract-agents': [`abstract ${ABSTRACT}agents`, false, true],
  'write-both': [`write ${BOTH}/FILE`, true, true],
  'write-agents': [`write ${OWN}/FILE`, false, true],
  'create-agents': [`write ${OWN}/new-FILE`, false, true],
  'rename-within-both': [`rename ${BOTH}/FILE ${BOTH}/moved-FILE`, true, true],
  'rename-to-agents': [`rename ${BOTH}/FILE ${OWN}/moved-FILE`, false, true],
  'rename-from-agents': [`rename ${OWN}/FILE ${BOTH}/moved-FILE`, false, true],
  'exchange-with-agents': [`exchange ${BOTH}/FILE ${OWN}/FILE`, false, true],
  'rename-folder-within-both': [`rename ${BOTH}/folder-FILE ${BOTH}/moved-FILE`, true, true],
  'link-within-both': [`link ${BOTH}/FILE ${BOTH}/linked-FILE`, true, true],
  'link-to-agents': [`link ${BOTH}/FILE ${OWN}/linked-FILE`, false, true],
  'link-from-agents': [`link ${OWN}/FILE ${BOTH}/linked-FILE`, false, true],
  'mkdir-both': [`mkdir ${BOTH}/made-FILE`, true, true],
  'mkdir-agents': [`mkdir ${OWN}/made-FILE`, false, true],
  'chmod-agents': [`chmod ${OWN}/FILE`, false, true],
  'run-agents': [`run ${OWN}/program`, false, true],
  'run-both': [`run ${COPY}/probe`, true, true],
  'own-socket': [`unix ${BOTH}/served-by-agent`, false, true],
};

async function listeners(): Promise<() => void> {
  mkdirSync(SOCKETS, { recursive: true });
  const places: (number | string)[] = [
    ...[PORTS.both, PORTS.agents, PORTS.skills],
    ...['both', 'agents'].flatMap((name) => [`${SOCKETS}/${name}`, `\0${ABSTRACT}${name}`]),
  ];
  const servers = await Promise.all(places.map(listening));
  for (const name of ['both', 'agents']) chmodSync(`${SOCKETS}/${name}`, 0o777);
  const heard = [PORTS.both, PORTS.agents].map((port) => createSocket('udp4').bind(port, '127.0.0.1'));
  return () => {
    for (const server of servers) server.close();
    for (const socket of heard) socket.close();
  };
}

function listening(place: number | string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.on('error', reject);
    const options = typeof place === 'number' ? { port: place, host: '127.0.0.1' } : { path: place };
    server.listen(options, () => resolve(server));
  });
}

/** Each deed has files of its own. */
function makeFiles(kind: string): void {
  for (const name of Object.keys(DEEDS)) {
    for (const place of [BOTH, OWN]) give(`${place}/${kind}-${name}`, 'text\n');
    mkdirSync(`${BOTH}/folder-${kind}-${name}`, { recursive: true });
  }
  copyFileSync(`${COPY}/probe`, `${OWN}/program`);
  chmodSync(`${OWN}/program`, 0o755);
  execFileSync('chown', ['-hR', '1000:1000', WORK]);
}

/** One process does them all: an emulated machine starts few a second. */
function scriptOf(kind: string, program: string): string {
  const plan = `${COPY}/plan-${kind}`;
  const lines = Object.entries(DEEDS).map(
    ([name, [deed]]) => `${name} ${deed.replaceAll('FILE', `${kind}-${name}`)}\n`,
  );
  give(plan, lines.join(''));
  return `python3 ${program} all ${plan}`;
}

const served = (path: string) => `n=0; while ! test -S ${path} && [ $n -lt 300 ]; do n=$((n+1)); sleep 0.1; done`;

export async function narrowing(tally: Tally): Promise<void> {
  const close = await listeners();
  makeFiles('skill');
  makeFiles('agent');
  const manifest = agentsManifest();
  const server = `python3 ${COPY}/act.py serve serve ${BOTH}/served-by-agent & server=$!; ${served(`${BOTH}/served-by-agent`)}`;
  // made by one bound process, spoken to by another
  const shared = `sh ${TOOL}/runs.sh python3 ${TOOL}/act.py served serve ${BOTH}/served-by-skill & ${served(`${BOTH}/served-by-skill`)}
python3 ${TOOL}/act.py skills-socket unix ${BOTH}/served-by-skill`;
  const run = (script: string) =>
    agent(manifest, [TOOL], ['/bin/sh', '-c', `${server}\n${script}\nkill $server; :`]).ended;
  const before = records().length;
  const bound = await run(`${scriptOf('skill', `${TOOL}/act.py`)}\n${shared}`);
  const between = records().length;
  execFileSync('rm', ['-f', `${BOTH}/served-by-agent`]);
  const unbound = await run(scriptOf('agent', `${COPY}/act.py`));
  close();
  compare(tally, sayings(bound.stdout), 1);
  compare(tally, sayings(unbound.stdout), 2);
  tally.check('a skill speaks to itself', sayings(bound.stdout).get('skills-socket') === '0', bound.stdout.slice(-200));
  for (const { stderr } of [bound, unbound]) if (stderr) console.log(stderr.replace(/^/gm, '    '));
  const refused = records()
    .slice(before, between)
    .filter(({ kind, verdict }) => kind === 'decision' && verdict === 'block');
  const mine = refused.filter(({ skill_id }) => skill_id === 'tool');
  const expected = Object.values(DEEDS).filter(([, may]) => !may).length;
  tally.check('each is on record with the skill’s name', mine.length >= expected, `${mine.length} of ${expected}`);
}

function compare(tally: Tally, said: ReadonlyMap<string, string>, whose: 1 | 2): void {
  for (const [name, deed] of Object.entries(DEEDS)) {
    const expected = deed[whose] ? 0 : EPERM;
    const who = whose === 1 ? 'skill' : 'agent';
    tally.check(
      `${name} by the ${who}`,
      said.get(name) === String(expected),
      `${said.get(name)} instead of ${expected}`,
    );
  }
}
