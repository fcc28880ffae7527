/** A bound process and the rest of its session: it looks into nothing there, and runs no other skill. */
import { records, ringfence, sleep } from '../installed.ts';
import type { Tally } from '../tally.ts';
import { agent, agentsManifest, COPY, FILES, OTHER, sayings, TOOL } from './folders.ts';

const WAYS = ['getfd', 'readv', 'writev', 'mem', 'environ', 'maps', 'auxv', 'fd', 'ptrace'];
const EPERM = 1;
const EACCES = 13;
const EFAULT = 14;
const PATIENCE_MS = 120_000;

const answersOf = (text: string): Map<string, number> =>
  new Map([...text.matchAll(/(\w+)=(\d+)/g)].map(([, way = '', errno]) => [way, Number(errno)]));

export async function border(tally: Tally): Promise<void> {
  const manifest = agentsManifest();
  const run = (script: string) => agent(manifest, [TOOL, OTHER], ['/bin/sh', '-c', script]).ended;
  const snoop = (folder: string, target: string) => run(`${target} & ${folder}/snoop sleep 60; kill $!`);
  // one after the other: it looks into the first process of that name
  const unbound = await snoop(COPY, 'sleep 70');
  const bound = await snoop(TOOL, 'sleep 70');
  const itself = await run(`sh ${TOOL}/runs.sh sh -c 'sleep 70 & ${TOOL}/snoop sleep 60; kill $!'; :`);
  const isOpen = (said: string) => WAYS.every((way) => [0, EFAULT].includes(answersOf(said).get(way) ?? -1));
  tally.check(
    'control: the agent looks into its own processes',
    isOpen(unbound.stdout),
    unbound.stdout + unbound.stderr,
  );
  tally.check('a skill looks into its own', isOpen(itself.stdout), itself.stdout + itself.stderr);
  const closed = answersOf(bound.stdout);
  const isClosed = WAYS.every((way) => [EPERM, EACCES].includes(closed.get(way) ?? -1));
  tally.check('not into the agent’s', isClosed, bound.stdout + bound.stderr);
  const record = records().findLast(({ reason }) => reason === 'outside-skill');
  tally.check('that is on record', record?.skill_id === 'tool' && record.call === 'ptrace', JSON.stringify(record));
  await otherSkills(tally, run);
  await shown(tally, manifest);
}

async function otherSkills(
  tally: Tally,
  run: (script: string) => Promise<{ stdout: string; stderr: string }>,
): Promise<void> {
  const [file] = FILES;
  const said = await run(`${OTHER}/probe agent ${file}
sh ${TOOL}/runs.sh ${OTHER}/probe native ${file}
sh ${TOOL}/runs.sh python3 ${OTHER}/probe.py script ${file}
sh ${TOOL}/runs.sh ${OTHER}/direct.py shebang ${file}
sh ${TOOL}/runs.sh python3 ${TOOL}/probe.py own ${file}; :`);
  const answers = sayings(said.stdout);
  tally.check('the agent runs either skill', answers.get('agent') === 'yes', said.stdout + said.stderr);
  tally.check('a skill runs its own', answers.get('own') === 'yes', said.stdout);
  for (const name of ['native', 'script', 'shebang']) {
    tally.check(`a skill runs no other: ${name}`, !answers.has(name), answers.get(name));
  }
  const refused = records().filter(({ reason, path }) => reason === 'outside-skill' && String(path).startsWith(OTHER));
  const calls = new Set(refused.map(({ call, path }) => `${call} ${String(path).slice(OTHER.length + 1)}`));
  const all = ['exec probe', 'open probe.py', 'exec direct.py'].every((one) => calls.has(one));
  tally.check('each is on record', all, [...calls].join());
}

/** `ringfence ps` and the record of the session name the skills. */
async function shown(tally: Tally, manifest: string): Promise<void> {
  const running = agent(manifest, [TOOL, OTHER], ['/bin/sh', '-c', `sh ${TOOL}/runs.sh sleep 120; :`]).ended;
  let tool: { pids: number[]; trust: string } | undefined;
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end && !tool?.pids.length; await sleep(200)) {
    const [session] = ringfence('ps', '--json')
      .stdout.split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
    tool = session?.skills?.find(({ skillId }: { skillId: string }) => skillId === 'tool');
  }
  tally.check('ps shows who is bound', tool?.trust === 'bound' && tool.pids.length > 0, JSON.stringify(tool));
  for (const pid of tool?.pids ?? []) process.kill(pid);
  await running;
  const started = records().findLast(({ kind }) => kind === 'session.started');
  const names = (started?.skills as { skill_id: string }[] | undefined)?.map(({ skill_id }) => skill_id);
  tally.check('the session’s record names its skills', names?.join() === 'tool,other', JSON.stringify(started));
}
