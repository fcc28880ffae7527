/** What a recognised agent's session is: what `ps` shows of it, who belongs to it, and that it needs no helper to begin. */
import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { give, type Helper, HOME, lastLineOf, ringfence, skill, startAsDev, until } from '../installed.ts';
import type { Tally } from '../tally.ts';
import { KEY, REFUSED, type Way } from './layouts.ts';
import { begun, PATH, recognisedIn, run } from './runs.ts';

const PATIENCE_MS = 60_000;

export interface Shown {
  readonly id: string;
  readonly skillId: string;
  readonly pids: readonly number[];
  readonly command: readonly string[];
  readonly startedAt: string;
  readonly recognised?: { readonly agent: string; readonly since: string };
}

export function shown(): Shown[] {
  const { stdout } = ringfence('ps', '--json');
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

/** Begins, says what it saw, and looks again when `go` is there. */
export function waitingFor(
  command: readonly string[],
  go: string,
): { child: ChildProcess; said: () => string; ended: Promise<{ stdout: string }> } {
  const words = command.map((word) => `'${word}'`).join(' ');
  // what it reads ends when the file is there
  const script = `(while ! test -e ${go}; do sleep 0.2; done) | ${words} wait`;
  const { child, ended } = startAsDev(['env', `PATH=${PATH}`, '/bin/sh', '-c', script]);
  return { child, said: lastLineOf(child), ended };
}

export async function sessions(tally: Tally, helper: Helper, ways: readonly Way[]): Promise<void> {
  const native = ways.find(({ how }) => how === 'native, by its version');
  const gemini = ways.find(({ agent, how }) => agent === 'gemini-cli' && how === 'its script');
  if (!native || !gemini) throw new Error('the stand-ins are not there');
  await showing(tally, gemini.command);
  await descendants(tally, native.command);
  await within(tally, native.command);
  await withoutHelper(tally, helper, native.command);
}

async function showing(tally: Tally, command: readonly string[]): Promise<void> {
  const go = `${HOME}/go-shown`;
  const { said, ended } = waitingFor(command, go);
  await until(() => said() !== '', PATIENCE_MS);
  const is = ({ skillId }: Shown) => skillId === 'gemini-cli';
  await until(() => shown().some(is), PATIENCE_MS);
  const session = shown().find(is);
  const facts = JSON.stringify(session);
  tally.check(
    'ps shows the agent',
    session?.recognised?.agent === 'Gemini CLI' && session.recognised.since === 'exec',
    facts,
  );
  tally.check('with its process', session?.pids.length === 1 && existsSync(`/proc/${session.pids[0]}`), facts);
  tally.check('and when it began', Date.now() - Date.parse(session?.startedAt ?? '') < 10 * PATIENCE_MS, facts);
  const { stdout } = ringfence('ps');
  tally.check('in words, too', /Gemini CLI \(recognised\)/.test(stdout), stdout);
  give(go, '');
  const end = (await ended).stdout.trim().split('\n');
  tally.check('a new title changes nothing', end.length === 2 && end[1] === 'refused', end.join('; '));
  tally.check('its end is noticed', await until(() => !shown().some(is), PATIENCE_MS));
}

/** Whatever an agent starts is in its session, be it by way of a new session of the terminal's or a child without parents. */
async function descendants(tally: Tally, [program = '']: readonly string[]): Promise<void> {
  const bash = `exec 3< ${KEY}`;
  const tries = [`(${bash}) 2>&1`, `setsid sh -c '${bash}' 2>&1`, `sh -c '(sleep 1; ${bash}) 2>&1 &' | cat`];
  const script = `require('node:child_process').spawnSync('/bin/sh', ['-c', ${JSON.stringify(tries.join('; '))}], { stdio: 'inherit' });`;
  const path = `${HOME}/app/node_modules/@continuedev/cli/dist/cn.js`;
  give(path, script);
  const { said, found } = await recognisedIn(['node', path], 1);
  const refusals = said.stdout.match(/not permitted/g)?.length ?? 0;
  tally.check(
    'what it starts is refused as well',
    refusals === tries.length,
    `${said.stdout} ${said.stderr} (${program})`,
  );
  tally.check(
    'and has no session of its own',
    found.length === 1 && found[0]?.skill_id === 'continue-cli',
    JSON.stringify(found),
  );
}

/** An agent that is started under a manifest, or by another agent, is in that session. */
async function within(tally: Tally, [program = '']: readonly string[]): Promise<void> {
  const manifest = skill('outer', {
    exec: ['/usr/bin/*', '/bin/*', '~/.local/share/claude/**'],
    filesystem: { read: ['~/**'] },
    broad: true,
  });
  const before = begun().length;
  const said = ringfence('run', '--manifest', manifest, '--', program);
  tally.check(
    'under a manifest an agent is in the session of that',
    REFUSED.test(said.stdout.trim()),
    `${said.stdout} ${said.stderr}`,
  );
  tally.check('and in no other', begun().length === before, JSON.stringify(begun().slice(before)));
}

/** The kernel needs nobody's word: not to begin a session, nor to end it. */
async function withoutHelper(tally: Tally, helper: Helper, command: readonly string[]): Promise<void> {
  await helper.end('SIGKILL');
  const before = begun().length;
  const said = run(command);
  tally.check('without a helper the key is closed as well', REFUSED.test(said.stdout.trim()), said.stdout);
  const go = `${HOME}/go-later`;
  const { said: words, ended } = waitingFor(command, go);
  await until(() => words() !== '', PATIENCE_MS);
  await helper.start();
  const isNew = () => begun().length >= before + 2;
  tally.check(
    'the next helper learns of both',
    await until(isNew, PATIENCE_MS),
    `${begun().length - before} new records`,
  );
  const is = ({ skillId, recognised }: Shown) => skillId === 'claude-code' && recognised?.since === 'exec';
  tally.check('and shows the one that runs', await until(() => shown().some(is), PATIENCE_MS), JSON.stringify(shown()));
  give(go, '');
  tally.check('which stays closed', (await ended).stdout.trim().split('\n').at(-1) === 'refused');
  tally.check('until it ends', await until(() => shown().length === 0, PATIENCE_MS), JSON.stringify(shown()));
}
