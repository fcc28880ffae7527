/** What binds by what an interpreter is told, or by what is made of a skill's file otherwise: the ways that are easy to overlook. */
import type { Tally } from '../tally.ts';
import { expectAll, scriptOf } from './binding.ts';
import { agent, agentsManifest, BOUND, COPY, FILES, TOOL, UNBOUND, WORK } from './folders.ts';

const READ = FILES.join(' ');
const LATE = `${TOOL}/added`;

/** By name, the command; NAME stands for the probe's own. Who is unbound without the skill is shown by `binding.ts`. */
const BINDS: Readonly<Record<string, string>> = {
  'no-program': `bash -c '${TOOL}/plain "$@"' bash NAME`,
  'namesake-of-library': `python3 ${TOOL}/libc.so.6 NAME`,
  'namesake-in-folder': `cd ${TOOL} && python3 x86_64-linux-gnu/libc.so.6 NAME`,
  'namesake-of-cache': `bash ${TOOL}/ld.so.cache NAME`,
  'namesake-of-package': `node ${TOOL}/package NAME`,
  'cluster-with-value': `bash -oe pipefail ${TOOL}/probe.sh NAME`,
  'cluster-with-values': `bash -oo errexit pipefail ${TOOL}/probe.sh NAME`,
  'cluster-of-dash': `dash -oe errexit ${TOOL}/probe.sh NAME`,
  'perl-line-and-include': `perl -lI /tmp ${TOOL}/probe.pl NAME`,
  'perl-zero-and-include': `perl -0I /tmp ${TOOL}/probe.pl NAME`,
  'one-dash-of-shells': `bash - ${TOOL}/probe.sh NAME`,
  'long-with-one-dash': `bash -norc ${TOOL}/probe.sh NAME`,
  'node-report': `node --report-dir /tmp ${TOOL}/probe.cjs NAME`,
  'node-underscore': `node --env_file /dev/null ${TOOL}/probe.cjs NAME`,
  'node-unlisted': `node --no-lazy ${TOOL}/probe.cjs NAME`,
  'node-interactive': `node -i ${TOOL}/probe.cjs NAME ${READ} < /dev/null; :`,
  'through-skill': `${COPY}/foreign NAME ${READ} | cut -d ' ' -f 1,4-6; :`,
  'by-descriptor': `python3 /dev/fd/3 NAME ${READ} 3< ${TOOL}/probe.py; :`,
  'by-input': `python3 /dev/stdin NAME ${READ} < ${TOOL}/probe.py; :`,
  'added-script': `cp ${COPY}/probe.py ${LATE}/late.py; python3 ${LATE}/late.py NAME ${READ}; rm -f ${LATE}/late.py; :`,
  'added-program': `cp ${COPY}/probe ${LATE}/late; ${LATE}/late NAME ${READ}; rm -f ${LATE}/late; :`,
  'managed-python': `${WORK}/versions/python3.99 ${TOOL}/probe.py NAME`,
  'managed-bash': `${WORK}/versions/bash ${TOOL}/probe.sh NAME`,
};

/** Each reads the skill's text, or loads what has the name of its own script. */
const DOES_NOT: Readonly<Record<string, string>> = {
  'reads-node': `node ${COPY}/reads.cjs NAME`,
  'reads-node-option': `node --enable-source-maps ${COPY}/reads.cjs NAME`,
  'reads-node-unlisted': `node --no-lazy ${COPY}/reads.cjs NAME`,
  'reads-node-here': `cd ${COPY}/app && sh -c 'node . "$@"' sh NAME`,
  'reads-python': `python3 ${COPY}/reads.py NAME`,
  'reads-python-empty': `python3 -W '' ${COPY}/reads.py NAME`,
  'reads-python-module': `cd ${COPY} && python3 -m reads NAME`,
  'reads-bash': `bash ${COPY}/reads.sh NAME`,
  'reads-bash-login': `bash -lc '. ${COPY}/reads.sh' bash NAME`,
  'namesake-by-link': `node ${COPY}/bin/named-cli NAME`,
  'namesake-relative': `cd ${COPY}/same && node main.cjs NAME`,
  'namesake-above': `cd ${COPY}/same && node ../same/main.cjs NAME`,
};

export async function told(tally: Tally): Promise<void> {
  const script = `${scriptOf({ ...BINDS, ...DOES_NOT })}\n:`;
  const said = await agent(agentsManifest(), [TOOL], ['/bin/sh', '-c', script]).ended;
  expectAll(tally, said.stdout, BINDS, BOUND);
  expectAll(tally, said.stdout, DOES_NOT, UNBOUND);
  if (said.stderr) console.log(said.stderr.replace(/^/gm, '    '));
}
