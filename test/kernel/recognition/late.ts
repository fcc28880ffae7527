/** Agents that run before anybody watches, in the ways in which they can be known then: labelled late, with what they have started. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { give, type Helper, HOME, lastLineOf, records, until } from '../installed.ts';
import type { Tally } from '../tally.ts';
import { NODE, type Way } from './layouts.ts';
import { PATH } from './runs.ts';
import { type Shown, shown, waitingFor } from './sessions.ts';

const PATIENCE_MS = 60_000;
const GROUPS = '/tmp/groups';
const UNIT = `${GROUPS}/openclaw-gateway-work.service`;

/** As systemd starts a unit of the user's: by a path that says nothing, in a group that does. */
export function inUnit(words: readonly string[]): string[] {
  mkdirSync(GROUPS, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'cgroup2', 'none', GROUPS], { stdio: 'ignore' });
  } catch {
    // it is there already
  }
  mkdirSync(UNIT, { recursive: true });
  const as = `setpriv --reuid 1000 --regid 1000 --clear-groups env HOME=${HOME} PATH=${PATH}`;
  return ['/bin/sh', '-c', `echo $$ > ${UNIT}/cgroup.procs; exec ${as} ${words.join(' ')}`];
}

/** A program with a child that was there before, and one that forks as fast as it can while it is looked for. */
const PARENT = (go: string) => `import fs from 'node:fs';
import { spawn } from 'node:child_process';
const look = () => { try { fs.readFileSync('${HOME}/.ssh/id_rsa'); return 'read'; } catch (error) { return error.code === 'EPERM' ? 'refused' : error.code; } };
console.log(look());
const child = "while ! test -e ${go}; do sleep 0.2; done; (exec 3< ${HOME}/.ssh/id_rsa) 2> /dev/null && echo child read || echo child refused";
spawn('/bin/sh', ['-c', child], { stdio: 'inherit' });
const wait = setInterval(() => {
  if (!fs.existsSync('${go}')) return;
  clearInterval(wait);
  console.log(look());
  fs.readFile('${HOME}/.ssh/id_rsa', (error) => console.log(error ? 'thread refused' : 'thread read'));
}, 200);
`;

/** To be called before the first start of the helper. Returns what is to be checked after it. */
export async function startEarly(tally: Tally, ways: readonly Way[]): Promise<(helper: Helper) => Promise<void>> {
  const native = ways.find(({ how }) => how === 'native, by its version')?.command ?? [];
  const go = `${HOME}/go-late`;
  const one = waitingFor(native, go);
  const script = `${HOME}/early/node_modules/@google/gemini-cli/dist/index.js`;
  give(`${HOME}/early/node_modules/@google/gemini-cli/package.json`, '{"type":"module"}');
  give(script, PARENT(go));
  const parent = spawn('setpriv', ['--reuid', '1000', '--regid', '1000', '--clear-groups', NODE, script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  parent.stdout?.on('data', (chunk: Buffer) => lines.push(...chunk.toString().trim().split('\n')));
  const server = `${HOME}/early/server.mjs`;
  give(server, PARENT(go));
  const [shell = '', ...words] = inUnit([NODE, server]);
  const unit = spawn(shell, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const unitSaid = lastLineOf(unit);
  await until(() => one.said() !== '' && lines.length > 0 && unitSaid() !== '', PATIENCE_MS);
  tally.check(
    'control: before there is a guard, the first statement reads the key',
    one.said() === 'read' && lines[0] === 'read' && unitSaid() === 'read',
    `${one.said()} ${lines} ${unitSaid()}`,
  );
  return async () => {
    const late = ({ recognised }: Shown) => recognised?.since === 'late';
    tally.check(
      'all three are found',
      await until(() => shown().filter(late).length === 3, PATIENCE_MS),
      JSON.stringify(shown()),
    );
    const names = shown()
      .filter(late)
      .map(({ skillId }) => skillId)
      .sort();
    tally.check('by what they are', names.join() === 'claude-code,gemini-cli,openclaw', names.join());
    const gemini = shown().find(({ skillId }) => skillId === 'gemini-cli');
    tally.check('with what they have started', (gemini?.pids.length ?? 0) >= 2, JSON.stringify(gemini));
    give(go, '');
    const end = (await one.ended).stdout.trim().split('\n');
    tally.check('from then on the key is closed to them', end.at(-1) === 'refused', end.join('; '));
    await until(() => lines.length >= 4, PATIENCE_MS);
    tally.check(
      'to their children and threads as well',
      ['refused', 'child refused', 'thread refused'].every((line) => lines.includes(line)),
      lines.join('; '),
    );
    const refusals = records().filter(({ late: isLate, verdict }) => isLate === true && verdict === 'block');
    tally.check('and on record as late', refusals.length > 0, `${refusals.length}`);
    tally.check('they end', await until(() => shown().length === 0, PATIENCE_MS), JSON.stringify(shown()));
  };
}
