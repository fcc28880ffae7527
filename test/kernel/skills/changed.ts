/** A skill whose file is changed while it runs has no rights left; its agent and the other skills go on. And what is not started at all. */
import { appendFileSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { give, records, until } from '../installed.ts';
import type { Tally } from '../tally.ts';
import { agent, agentsManifest, COPY, FILES, OTHER, SKILL, sayings, TOOL, WORK, writeSkill } from './folders.ts';

const GO = `${WORK}/both/go`;
const READY = `${WORK}/both/ready`;
const PATIENCE_MS = 120_000;
const [FILE] = FILES;

/** Waits until it may go on, and then reads again: bound all the while, or not. */
const WAITS = `printf x > ${READY}-$1; while ! test -e ${GO}; do sleep 0.1; done; if (: < ${FILE}) 2>/dev/null; then echo "$1 yes"; else echo "$1 no"; fi`;

export async function changed(tally: Tally, programs: string): Promise<void> {
  for (const name of ['tool', 'other', 'agent']) rmSync(`${READY}-${name}`, { force: true });
  for (const folder of ['tool', 'other']) writeSkillThatWaits(folder, programs);
  give(`${COPY}/waits.sh`, WAITS);
  rmSync(GO, { force: true });
  const manifest = agentsManifest();
  const script = `sh ${TOOL}/waits.sh tool & sh ${OTHER}/waits.sh other & sh ${COPY}/waits.sh agent & wait`;
  const running = agent(manifest, [TOOL, OTHER], ['/bin/sh', '-c', script]).ended;
  const isReady = () => ['tool', 'other', 'agent'].every((name) => existsSync(`${READY}-${name}`));
  const ready = await until(isReady, PATIENCE_MS);
  tally.check('all three run', ready);
  appendFileSync(`${TOOL}/module.py`, '# changed\n');
  writeFileSync(GO, '');
  const said = await running;
  const answers = sayings(said.stdout);
  tally.check(
    'the changed skill reads nothing more',
    answers.get('tool') === 'no' || !answers.has('tool'),
    said.stdout,
  );
  tally.check('the other skill does', answers.get('other') === 'yes', said.stdout + said.stderr);
  tally.check('and so does the agent', answers.get('agent') === 'yes', said.stdout + said.stderr);
  const record = records().findLast(({ kind }) => kind === 'skill.trust-dropped');
  tally.check('on record as that skill’s', record?.skill_id === 'tool', JSON.stringify(record));
  await refusedAtTheStart(tally, manifest, programs);
}

function writeSkillThatWaits(name: string, programs: string): void {
  writeSkill(name, { ...SKILL, filesystem: { ...SKILL.filesystem } }, programs, { 'waits.sh': WAITS });
}

/** One skill that is not in order, and nothing runs. */
async function refusedAtTheStart(tally: Tally, manifest: string, programs: string): Promise<void> {
  const run = (skills: readonly string[]) => agent(manifest, skills, ['/bin/echo', 'it runs']).ended;
  const broken = await run([OTHER, TOOL]);
  const names = broken.stderr.includes(TOOL) && broken.stderr.includes('module.py');
  tally.check('a changed skill keeps the agent from starting', broken.status !== 0 && names, JSON.stringify(broken));
  writeSkill('limited', SKILL, programs, {}, { limits: { processes: 3 } });
  const limited = await run([`${WORK}/../skills/limited`]);
  tally.check(
    'so does one with limits',
    limited.status !== 0 && /limits/.test(limited.stderr),
    JSON.stringify(limited),
  );
  const nested = await run([TOOL, `${TOOL}/sub`]);
  tally.check('so does a folder without a manifest', nested.status !== 0, JSON.stringify(nested));
  const whole = await run([OTHER]);
  tally.check('control: one that is in order does not', whole.stdout === 'it runs\n', JSON.stringify(whole));
}
