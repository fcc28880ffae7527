/** What binds a process to a skill, and what does not. Each probe says what it can read of three files. */
import type { Tally } from '../tally.ts';
import { agent, agentsManifest, BOUND, COPY, FILES, sayings, TOOL, UNBOUND, WORK } from './folders.ts';

const READ = FILES.join(' ');
const LOADER = '/lib64/ld-linux-x86-64.so.2';
/** More than one reading of the arguments takes. */
const LONG = `${TOOL}${'/.'.repeat(300)}/probe.py`;

/** By name, the command; NAME stands for the probe's own. */
const BINDS: Readonly<Record<string, string>> = {
  native: `${TOOL}/probe NAME`,
  shebang: `${TOOL}/direct.py NAME`,
  'shebang-env': `${TOOL}/through-env.py NAME`,
  python: `python3 ${TOOL}/probe.py NAME`,
  'python-relative': `cd ${TOOL} && python3 probe.py NAME`,
  'python-above': `cd ${TOOL}/sub && python3 ../probe.py NAME`,
  'python-deeper': `cd ${TOOL} && python3 sub/inner.py NAME`,
  'python-options': `python3 -W ignore -IB -X utf8 -- ${TOOL}/probe.py NAME`,
  'python-long': `python3 ${LONG} NAME`,
  'python-folder': `python3 ${TOOL} NAME`,
  'python-here': `cd ${TOOL} && python3 . NAME`,
  'python-slash': `python3 ${TOOL}/ NAME`,
  'link-above': `python3 ${WORK}/link/probe.py NAME`,
  'link-itself': `python3 ${WORK}/named-otherwise.py NAME`,
  'link-itself-unread': `sh ${WORK}/named-otherwise.sh NAME`,
  'node-cjs': `node ${TOOL}/probe.cjs NAME`,
  'node-mjs': `node ${TOOL}/probe.mjs NAME`,
  'node-bare': `node ${TOOL}/bare NAME`,
  'node-options': `node --no-warnings -r ${COPY}/main.cjs ${TOOL}/probe.cjs NAME`,
  sh: `sh ${TOOL}/probe.sh NAME`,
  'sh-options': `bash -eu +x -o pipefail ${TOOL}/probe.sh NAME`,
  perl: `perl -w -I /usr/share/perl5 ${TOOL}/probe.pl NAME`,
  'loader-python': `${LOADER} /usr/bin/python3 ${TOOL}/probe.py NAME`,
  'child-after-exec': `sh ${TOOL}/starts.sh NAME`,
  'exec-after': `sh ${TOOL}/becomes.sh NAME`,
  'grandchild-detached': `sh ${TOOL}/runs.sh setsid sh ${TOOL}/runs.sh ${COPY}/probe NAME`,
};

const OPENED = `open('${TOOL}/probe.py').read(); import sys; sys.path.insert(0, '${TOOL}'); import module`;
const PYTHON_ASKS = 'exec(open(sys.argv.pop(1)).read())';
const DOES_NOT: Readonly<Record<string, string>> = {
  'copy-native': `${COPY}/probe NAME`,
  'copy-python': `python3 ${COPY}/probe.py NAME`,
  'copy-node': `node ${COPY}/probe.mjs NAME`,
  'copy-sh': `sh ${COPY}/probe.sh NAME`,
  'python-opens-and-imports': `python3 -c "${OPENED}; ${PYTHON_ASKS}" ${COPY}/probe.py NAME`,
  'python-input': `python3 - NAME ${READ} < ${TOOL}/probe.py; :`,
  'node-requires': `node ${COPY}/requires.cjs NAME`,
  'node-requires-namesake': `node ${COPY}/same/main.cjs NAME`,
  'node-evaluates': `node -e "require('${TOOL}/main.cjs'); process.argv.splice(1, 0, ''); require('${COPY}/probe.cjs')" NAME`,
  'after-cat': `cat ${TOOL}/probe.py > /dev/null; ${COPY}/probe NAME`,
  'skill-as-data': `python3 ${COPY}/probe.py NAME ${TOOL}/probe.py ${READ} > ${WORK}/both/data; cut -d ' ' -f 1,3-5 ${WORK}/both/data; :`,
};

/** Tried once more without the skill, one of each kind. */
const CONTROLS = ['native', 'shebang', 'python', 'node-cjs', 'sh', 'perl', 'child-after-exec'];

export function scriptOf(commands: Readonly<Record<string, string>>): string {
  return Object.entries(commands)
    .map(([name, command]) => {
      const named = command.replaceAll('NAME', name);
      return `(${/(^|; ):$/.test(named) ? named : `${named} ${READ}`})`;
    })
    .join('\n');
}

export function expectAll(
  tally: Tally,
  said: string,
  commands: Readonly<Record<string, string>>,
  expected: string,
): void {
  const answers = sayings(said);
  for (const name of Object.keys(commands)) {
    tally.check(
      `${name}: ${expected === BOUND ? 'bound' : 'not bound'}`,
      answers.get(name) === expected,
      answers.get(name),
    );
  }
}

export async function binding(tally: Tally): Promise<void> {
  const manifest = agentsManifest();
  const script = `${scriptOf({ ...BINDS, ...DOES_NOT })}\n:`;
  const controls = Object.fromEntries(Object.entries(BINDS).filter(([name]) => CONTROLS.includes(name)));
  const [guarded, without] = await Promise.all([
    agent(manifest, [TOOL], ['/bin/sh', '-c', script]).ended,
    agent(manifest, [], ['/bin/sh', '-c', `${scriptOf(controls)}\n:`]).ended,
  ]);
  expectAll(tally, guarded.stdout, BINDS, BOUND);
  expectAll(tally, guarded.stdout, DOES_NOT, UNBOUND);
  expectAll(tally, without.stdout, controls, UNBOUND);
  if (guarded.stderr) console.log(guarded.stderr.replace(/^/gm, '    '));
  const asMain = [`${TOOL}/direct.py`, '/usr/bin/python3', '/bin/sh'].map((program) => [
    program,
    ...(program.startsWith('/usr')
      ? [`${TOOL}/probe.py`]
      : program === '/bin/sh'
        ? ['-c', `exec python3 ${TOOL}/probe.py main ${READ}`]
        : []),
    ...(program === '/bin/sh' ? [] : ['main', ...FILES]),
  ]);
  const mains = await Promise.all(asMain.map((command) => agent(manifest, [TOOL], command).ended));
  for (const [index, { stdout, stderr }] of mains.entries()) {
    const isUnbound = sayings(stdout).get('main') === UNBOUND;
    tally.check(`the first process is not bound: ${asMain[index]?.[0]}`, isUnbound, stdout + stderr);
  }
}
