/** One question a call: the agent's where it asks, the skill's where that alone does, and none where one of them refuses. */

import type { Person } from '../approvals/person.ts';
import { give, records, skill } from '../installed.ts';
import type { Tally } from '../tally.ts';
import { AGENT, agent, COPY, SKILL, sayings, signSkill, TOOL, WORK } from './folders.ts';

const PLACES = {
  agents: `${WORK}/asked/agents`,
  skills: `${WORK}/asked/skills`,
  both: `${WORK}/asked/both`,
  refused: `${WORK}/asked/refused`,
};
const ASKED_BY_AGENT = ['~/w/asked/agents', '~/w/asked/both', '~/w/asked/refused'];

export async function questions(tally: Tally, person: Person): Promise<void> {
  for (const path of Object.values(PLACES)) give(path, 'text\n');
  const own = { ...SKILL.filesystem, read: [...SKILL.filesystem.read, '~/w/asked/agents'] };
  const asks = { filesystem: { read: ['~/w/asked/skills', '~/w/asked/both'] } };
  signSkill('tool', { ...SKILL, filesystem: own, require_approval: asks });
  const manifest = skill('asking', {
    ...AGENT,
    filesystem: { read: ['~/w/{both,copy,agents,link}/**', '~/w/asked/skills', '~/skills/**'], write: ['~/w/both/**'] },
    require_approval: { filesystem: { read: ASKED_BY_AGENT } },
  });
  const act = (name: string, program: string, path: string) => `python3 ${program}/act.py ${name} read ${path}`;
  const script = [
    act('agents', TOOL, PLACES.agents),
    act('skills', TOOL, PLACES.skills),
    act('both', TOOL, PLACES.both),
    act('refused', TOOL, PLACES.refused),
    act('unbound-skills', COPY, PLACES.skills),
    act('unbound-refused', COPY, PLACES.refused),
  ];
  person.answer = () => 'allow-once';
  const from = person.asked.length;
  const said = await agent(manifest, [TOOL], ['/bin/sh', '-c', script.join('\n')]).ended;
  const answers = sayings(said.stdout);
  const asked = person.asked.slice(from).map(({ path, skillId, rule }) => `${path} ${skillId} ${rule?.text}`);
  for (const name of ['agents', 'skills', 'both', 'unbound-skills', 'unbound-refused']) {
    tally.check(`${name}: read`, answers.get(name) === '0', said.stdout + said.stderr);
  }
  tally.check('what the skill refuses is refused', answers.get('refused') === '1', said.stdout);
  const expected = [
    `${PLACES.agents} tool ~/w/asked/agents`,
    `${PLACES.skills} tool ~/w/asked/skills`,
    `${PLACES.both} tool ~/w/asked/both`,
    `${PLACES.refused} asking ~/w/asked/refused`,
  ];
  tally.check('one question each, and no other', asked.join('; ') === expected.join('; '), asked.join('; '));
  await sessionGrant(tally, person, manifest);
  signSkill('tool', SKILL);
}

/** What a person has allowed the agent for the session, its skill still has to ask for. */
async function sessionGrant(tally: Tally, person: Person, manifest: string): Promise<void> {
  person.answer = ({ skillId }) => (skillId === 'asking' ? 'allow-session' : 'deny');
  const from = person.asked.length;
  const script = `python3 ${COPY}/act.py agent read ${PLACES.agents}
python3 ${COPY}/act.py again read ${PLACES.agents}
python3 ${TOOL}/act.py skill read ${PLACES.agents}`;
  const said = await agent(manifest, [TOOL], ['/bin/sh', '-c', script]).ended;
  const answers = sayings(said.stdout);
  const ok = answers.get('agent') === '0' && answers.get('again') === '0' && answers.get('skill') === '1';
  tally.check('a yes to the agent is none to its skill', ok, said.stdout + said.stderr);
  tally.check('each was asked once', person.asked.length === from + 2, String(person.asked.length - from));
  const denied = records().findLast(({ reason }) => reason === 'denied');
  tally.check('the denial is on record as the skill’s', denied?.skill_id === 'tool', JSON.stringify(denied));
}
