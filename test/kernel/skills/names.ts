/** Host names: what a name opens for a bound process is what the skill's manifest grants, and what it has looked up itself. */
import { createServer, type Server } from 'node:net';
import { skill } from '../installed.ts';
import { beTheNetwork, NameServer } from '../names/zone.ts';
import type { Tally } from '../tally.ts';
import { AGENT, agent, COPY, SKILL, sayings, writeSkill } from './folders.ts';

const PORT = 7443;
const ADDRESSES = { both: '203.0.113.7', agents: '203.0.113.8', skills: '203.0.113.9', cut: '203.0.113.10' } as const;
/** Leads where another name of the agent's does as well. */
const SHARED = 'shared.example.org';

const nameOf = (who: string) => `${who}.example.org`;
const granted = (...names: string[]) => ({ egress: names.map((name) => `${name}:${PORT}`) });

function answerTo(name: string) {
  if (name === SHARED) return { addresses: [ADDRESSES.agents], ttl: 60 };
  const [who] = Object.entries(ADDRESSES).filter(([known]) => nameOf(known) === name);
  if (!who) return null;
  // such an answer is read by the helper, and the call waits for that
  return { addresses: [who[1]], ttl: 60, ...(who[0] === 'cut' ? { truncated: 'none' as const } : {}) };
}

function listening(host: string): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.listen({ port: PORT, host }, () => resolve(server));
  });
}

export async function names(tally: Tally, programs: string): Promise<void> {
  beTheNetwork();
  const server = await NameServer.open(answerTo);
  const peers = await Promise.all(Object.values(ADDRESSES).map(listening));
  const network = granted(nameOf('both'), nameOf('skills'), nameOf('cut'), SHARED);
  const reach = writeSkill('reach', { ...SKILL, network }, programs);
  const own = granted(nameOf('both'), nameOf('agents'), nameOf('cut'), SHARED);
  const manifest = skill('reaching', { ...AGENT, network: own });
  const by = (who: string, program: string) => [
    `python3 ${program}/act.py ${who}-both name ${nameOf('both')} ${PORT}`,
    `python3 ${program}/act.py ${who}-cut name ${nameOf('cut')} ${PORT}`,
    `python3 ${program}/act.py ${who}-agents name ${nameOf('agents')} ${PORT}`,
    `python3 ${program}/act.py ${who}-skills name ${nameOf('skills')} ${PORT}`,
    `python3 ${program}/act.py ${who}-shared name ${SHARED} ${PORT}`,
  ];
  const script = [
    // come by stream, the answer is the helper's to read: an emulated one may be too late for the first call
    `python3 ${COPY}/act.py early-cut name ${nameOf('cut')} ${PORT}`,
    'sleep 1',
    ...by('agent', COPY),
    // the agent has looked it up, the skill has not
    `python3 ${reach}/act.py unheard address ${ADDRESSES.both} ${PORT}`,
    ...by('skill', reach),
    `python3 ${reach}/act.py heard address ${ADDRESSES.both} ${PORT}`,
  ];
  const said = await agent(manifest, [reach], ['/bin/sh', '-c', script.join('\n')]).ended;
  const answers = sayings(said.stdout);
  const expected: Readonly<Record<string, string>> = {
    ...{ 'agent-both': '0', 'agent-cut': '0', 'agent-agents': '0', 'agent-skills': '1', 'agent-shared': '0' },
    ...{ unheard: '1', heard: '0' },
    ...{ 'skill-both': '0', 'skill-cut': '0', 'skill-agents': '1', 'skill-skills': '1', 'skill-shared': '0' },
  };
  for (const [name, errno] of Object.entries(expected)) {
    tally.check(name, answers.get(name) === errno, `${answers.get(name)} instead of ${errno}\n${said.stderr}`);
  }
  tally.check('some answers came by stream', server.askedByStream > 0, String(server.askedByStream));
  server.close();
  for (const peer of peers) peer.close();
}
