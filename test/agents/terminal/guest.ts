/**
 * In the guest, as root, with the product running: Claude Code on a pseudo-terminal, started by its name from an interactive bash by the
 * launch shim. A read of its own is held and answered; the usual keys do what they do. Without the guard the same file is read unasked.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { RINGFENCE } from '../../attacks/session.ts';
import { Person } from '../../kernel/approvals/person.ts';
import { ShellTerminal } from '../../kernel/approvals/terminal.ts';
import { sleep } from '../../kernel/installed.ts';
import { Tally } from '../../kernel/tally.ts';
import { DUMMY_KEY, settingsFile } from '../agent.ts';
import { CLAUDE } from '../agents/claude.ts';
import { installStarters, mountModules } from '../machine.ts';
import { type ModelServer, startModel } from '../model/server.ts';
import { MODULES } from '../places.ts';

const { values } = parseArgs({ options: { modules: { type: 'string', default: '' } } });
const USER = 1000;
const HOME = '/home/dev';
const WORKSPACE = `${HOME}/project`;
const PLACES = { home: HOME, workspace: WORKSPACE, modules: MODULES, node: '' };
const PORT = 28099;
const SECRET = 'sesame-4711';
const [ASKED, OTHER] = ['.env', '.env.local'];
const SAID = 'The papers are in order';
const SAID_AGAIN = 'Nothing came of it';
const AS_DEV = ['--reuid', `${USER}`, '--regid', `${USER}`, '--clear-groups'];
const [CTRL_C, CTRL_Z, ENTER] = ['\u0003', '\u001a', '\r'];
/** A hold that lasts long enough for a shell to notice it. */
const THINKS_MS = 3000;
/** Emulated, Claude Code takes a minute to draw its first screen. */
const PATIENCE_MS = 300_000;
/** Between what is typed and the key that ends it: together they would be something pasted. */
const TYPING_MS = 3000;
const LEAVING_MS = 60_000;
const KEYS_APART_MS = 300;
const STOPPED = /stopped|suspended/i;
/** The shell’s own word: Claude Code says that it is suspended before it is. */
const JOB_STOPPED = /\[1\]\+ Stopped/;

const tally = new Tally();

function prepare(): void {
  mountModules(values.modules);
  const [program = ''] = CLAUDE.command(PLACES, '', 'new');
  symlinkSync(program, '/usr/local/bin/claude');
  for (const folder of [
    WORKSPACE,
    ...['.cache', '.config', '.local/share', '.local/state'].map((one) => join(HOME, one)),
  ])
    mkdirSync(folder, { recursive: true });
  mkdirSync('/run/user/1000', { recursive: true });
  const settled = {
    ...{ hasCompletedOnboarding: true, bypassPermissionsModeAccepted: true, theme: 'dark' },
    customApiKeyResponses: { approved: [DUMMY_KEY], rejected: [] },
    projects: { [WORKSPACE]: { hasTrustDialogAccepted: true, hasCompletedProjectOnboarding: true } },
  };
  writeFileSync(join(HOME, '.claude.json'), settingsFile(settled));
  writeFileSync(join(HOME, '.bashrc'), '');
  for (const name of [ASKED, OTHER]) writeFileSync(join(WORKSPACE, name), `KEY=${SECRET}\n`);
  execFileSync('chown', ['-R', `${USER}:${USER}`, HOME, '/run/user/1000']);
}

const model = (): Promise<ModelServer> => {
  const read = (name: string) => CLAUDE.call({ read: join(WORKSPACE, name) }, PLACES);
  return startModel({
    ...{ port: PORT, secrets: {}, aside: { say: 'A task' } },
    script: {
      name: 'terminal',
      turns: [
        { say: 'I look.', call: [read(ASKED)] },
        { say: SAID },
        { say: 'Once more.', call: [read(OTHER)] },
        { say: SAID_AGAIN },
      ],
    },
  });
};
const terminal = (): ShellTerminal =>
  new ShellTerminal('stty cols 100 rows 40; cd project; exec bash -i', {
    variables: {
      ...CLAUDE.environment({ url: `http://127.0.0.1:${PORT}` }),
      ...{ TERM: 'xterm-256color', LANG: 'C.UTF-8', PATH: '/usr/local/bin:/usr/bin:/bin' },
    },
  });

/** The text of a screen that is drawn by moving about. */
const textOf = (screen: ShellTerminal, after: number): string =>
  screen.screen
    .slice(after)
    .replace(/\u001b(\[[0-9;?<>=]*[ -/]*[@-~]|\][^\u0007]*\u0007|[()][A-Z0-9]|[78])/g, ' ')
    .replace(/\s+/g, ' ');

async function shows(screen: ShellTerminal, pattern: RegExp, after: number): Promise<boolean> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(200))
    if (pattern.test(textOf(screen, after))) return true;
  return false;
}

async function usable(screen: ShellTerminal): Promise<boolean> {
  const from = screen.mark();
  screen.line('echo usable-$((40+2))');
  return shows(screen, /usable-42/, from);
}

async function begin(screen: ShellTerminal): Promise<boolean> {
  const from = screen.mark();
  screen.line('claude --dangerously-skip-permissions');
  return shows(screen, /Claude Code.*bypass permissions/, from);
}

async function ask(screen: ShellTerminal, text: string): Promise<void> {
  screen.keys(text);
  await sleep(TYPING_MS);
  screen.keys(ENTER);
}

/** The second key counts only for a while after the first, which passes quickly where all is emulated: as people do, again until it ends. */
async function leave(screen: ShellTerminal): Promise<void> {
  for (const end = Date.now() + LEAVING_MS; isThere() && Date.now() < end; await sleep(KEYS_APART_MS))
    screen.keys(CTRL_C);
}

const isThere = (): boolean => spawnSync('pgrep', ['--uid', String(USER), '--exact', 'claude']).status === 0;

const heard = ({ exchanges }: ModelServer): boolean => exchanges.some(({ last }) => last.text.includes(SECRET));

async function unguarded(person: Person): Promise<void> {
  const server = await model();
  const screen = terminal();
  tally.check('the shell is there', await usable(screen), screen.screen);
  tally.check('it draws its screen', await begin(screen), textOf(screen, 0).slice(-600));
  let from = screen.mark();
  await ask(screen, 'Look at the papers');
  tally.check(
    'it says what it was to say',
    await shows(screen, new RegExp(SAID), from),
    textOf(screen, from).slice(-600),
  );
  tally.check('its model has the file', heard(server));
  tally.check('nobody was asked', person.heldSoFar === 0);
  tally.check('it is a program of this name', isThere());
  from = screen.mark();
  await leave(screen);
  tally.check('Ctrl-C: it ends', !isThere(), textOf(screen, from).slice(-600));
  tally.check('the shell is back', await usable(screen), textOf(screen, from).slice(-600));
  await screen.end();
  await server.close();
}

async function guarded(person: Person): Promise<void> {
  execFileSync('setpriv', [...AS_DEV, RINGFENCE, 'shim', 'install', 'claude'], {
    env: { HOME, PATH: '/usr/local/bin:/usr/bin:/bin', USER: 'dev', SHELL: '/bin/bash' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const server = await model();
  const screen = terminal();
  tally.check('the shell is there', await usable(screen), screen.screen);
  tally.check('`claude` draws its screen', await begin(screen), textOf(screen, 0).slice(-600));
  const start = screen.mark();
  await ask(screen, 'Look at the papers');
  const question = await person.nextHeld(0, PATIENCE_MS);
  tally.check('its read is held', question?.path === join(WORKSPACE, ASKED), JSON.stringify(question));
  const executable = question?.chain[0]?.executable ?? '';
  tally.check(
    'it reads by itself',
    executable.endsWith('/claude') && question?.operations.join() === 'read',
    executable,
  );
  tally.check('it is a session of its starter', question?.skillId === CLAUDE.starter, question?.skillId);
  await sleep(THINKS_MS);
  tally.check('held: the model has nothing', !heard(server));
  tally.check('held: nothing is called stopped', !STOPPED.test(textOf(screen, start)), textOf(screen, start));
  const answered = screen.mark();
  if (question) await person.decide(question, 'allow-once');
  tally.check(
    'allowed: it goes on and draws',
    await shows(screen, new RegExp(SAID), answered),
    textOf(screen, start).slice(-900),
  );
  const told = server.exchanges.map(({ last }) => last.text.slice(0, 300));
  const later = person.asked.slice(1).map(({ path, status }) => `${path} ${status.state}`);
  tally.check('allowed: its model has the file', heard(server), JSON.stringify([...told, ...later]));
  tally.check('allowed: it was never called stopped', !STOPPED.test(textOf(screen, start)), textOf(screen, start));

  let from = screen.mark();
  screen.keys(CTRL_Z);
  tally.check('Ctrl-Z: the shell has it stopped', await shows(screen, JOB_STOPPED, from), textOf(screen, from));
  tally.check('Ctrl-Z: the shell is usable', await usable(screen), textOf(screen, from).slice(-600));
  from = screen.mark();
  screen.line('fg');
  tally.check(
    'fg: it draws its screen again',
    await shows(screen, new RegExp(SAID), from),
    textOf(screen, from).slice(-600),
  );

  from = screen.mark();
  await ask(screen, 'Look at the others');
  const second = await person.nextHeld(1, PATIENCE_MS);
  tally.check('a second read is held', second?.path === join(WORKSPACE, OTHER), JSON.stringify(second));
  await sleep(THINKS_MS);
  if (second) await person.decide(second, 'deny');
  tally.check(
    'denied: it goes on',
    await shows(screen, new RegExp(SAID_AGAIN), from),
    textOf(screen, from).slice(-900),
  );
  await leave(screen);
  tally.check('Ctrl-C: it ends', !isThere(), textOf(screen, from).slice(-600));
  tally.check('the shell is usable', await usable(screen), textOf(screen, from).slice(-600));
  await screen.end();
  await server.close();
}

prepare();
await installStarters([CLAUDE]);
const person = await Person.arrive();
await tally.group('without the guard', () => unguarded(person));
await tally.group('by the shim', () => guarded(person));
person.leave();
console.log(`${tally.passed} passed, ${tally.failed} failed`);
process.exit(tally.failed === 0 ? 0 : 1);
