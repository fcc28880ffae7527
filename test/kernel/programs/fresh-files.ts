/** What a session has written itself: it is executed only where the manifest says so, and mapped as a library unless it is denied. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { asDev, give, HOME, records, type Said, skill, startAsDev } from '../installed.ts';
import type { Tally } from '../tally.ts';

const FRESH = `${HOME}/fresh`;
const RINGFENCE = '/opt/ringfence/bin/ringfence';
const TOOLS = ['/bin/sh', '/usr/bin/cp', '/usr/bin/chmod', '/usr/bin/python3', '/usr/bin/rm'];

const MAKE = `rm -f ${FRESH}/*; cp /usr/bin/echo ${FRESH}/program; cp ${HOME}/library.so ${FRESH}/library.so`;
const RUN = `${MAKE}; ${FRESH}/program it runs`;
const LOAD = `${MAKE}; python3 -c "import ctypes; ctypes.CDLL('${FRESH}/library.so'); print('it loads')"`;
const MEMORY = `python3 -c "
import os
memory = os.memfd_create('program')
os.write(memory, open('/usr/bin/echo', 'rb').read())
os.execve(memory, ['echo', 'it', 'runs'], {})"`;

let last = 0;

async function inSession(script: string, exec: readonly string[], deny: readonly string[] = []): Promise<Said> {
  const filesystem = { read: ['~/fresh/**', '~/library.so'], write: ['~/fresh/**'], deny: [...deny] };
  last += 1;
  const manifest = skill(`fresh-${last}`, { exec: [...TOOLS, ...exec], filesystem });
  return startAsDev([RINGFENCE, 'run', '--manifest', manifest, '--', '/bin/sh', '-c', script]).ended;
}

export async function freshFiles(tally: Tally): Promise<void> {
  give(FRESH);
  execFileSync('gcc', ['-shared', '-x', 'c', '-o', `${HOME}/library.so`, '/dev/null']);
  give(HOME);
  const outside = (script: string) => asDev(['/bin/sh', '-c', script]).stdout;
  tally.check('control: a fresh program runs', outside(RUN) === 'it runs\n');
  tally.check('control: a fresh library loads', outside(LOAD) === 'it loads\n');
  tally.check('control: memory is executed', outside(MEMORY) === 'it runs\n');
  const run = await inSession(RUN, []);
  tally.check('a fresh program does not run', run.status !== 0 && run.stdout === '', JSON.stringify(run));
  const refused = records().findLast(({ call, verdict }) => call === 'exec' && verdict === 'block');
  tally.check('on record', refused?.path === join(FRESH, 'program'), JSON.stringify(refused));
  const granted = await inSession(RUN, ['~/fresh/*']);
  tally.check('where exec names its place it does', granted.stdout === 'it runs\n', JSON.stringify(granted));
  const memory = await inSession(MEMORY, ['~/fresh/*', '/usr/bin/*']);
  tally.check('memory is not executed, whatever is granted', memory.stdout === '', JSON.stringify(memory));
  const loaded = await inSession(LOAD, []);
  tally.check('a fresh library loads', loaded.stdout === 'it loads\n', JSON.stringify(loaded));
  const before = records().length;
  const denied = await inSession(LOAD.replace(MAKE, 'true'), [], ['~/fresh/library.so']);
  tally.check('where it is denied it does not', denied.stdout === '', JSON.stringify(denied));
  const record = records()
    .slice(before)
    .find(({ path, verdict }) => path === join(FRESH, 'library.so') && verdict === 'block');
  tally.check('that is on record', record !== undefined, JSON.stringify(record));
}
