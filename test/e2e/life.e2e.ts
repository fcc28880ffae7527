/** What breaks, and what then: nothing is allowed, nothing is lost, and the app comes back by itself. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sampleApproval, sampleSession } from '../../core/protocol/testing/samples.ts';
import { type App, makeWorld, until, type World } from './app.ts';

let world: World;
beforeEach(async () => {
  world = await makeWorld();
});
afterEach(() => world.end());

const QUESTION = 'passport.txt';
const asking = { approvals: [sampleApproval(1, 0)], sessions: [sampleSession(0)] };

interface State {
  readonly link: { readonly state: string };
  readonly approvals: readonly { readonly id: number }[];
  readonly ended: readonly { readonly outcome: string }[];
}

async function stateOf(app: App): Promise<State> {
  const answer = (await app.call('main', 'state', {})) as { value: State };
  return answer.value;
}

const linked = (app: App, state: string) =>
  until(`the link is ${state}`, async () => (await stateOf(app)).link.state === state);
const shows = async (app: App, text: string) => (await app.window('main')).getByText(text).first().waitFor();

test('the prompt comes up without taking the keyboard, and goes with the question', async () => {
  await world.helper.start();
  const app = await world.launch();
  await until('the main window has the keyboard', async () => (await app.frame('main'))?.focused);
  world.helper.emit('approval.asked', sampleApproval(1, 0));
  const frame = await app.prompted(QUESTION);
  await delay(300);
  expect(frame.focused).toBe(false);
  expect((await app.frame('main'))?.focused).toBe(true);
  expect(await world.display.hand.active()).not.toContain('asks');
  world.helper.emit('approval.ended', { ...sampleApproval(1, 0), outcome: 'withdrawn', by: null });
  await until('the prompt is gone', async () => (await app.frame('prompt'))?.visible === false);
  expect(app.complaints).toEqual([]);
});

test('what pages are painted in, and told by, lies where no agent gets to', async () => {
  await world.helper.start(asking);
  const app = await world.launch({ environment: { TMPDIR: '/tmp' } });
  await app.prompted(QUESTION);
  const own = join(world.environment.XDG_CONFIG_HOME ?? '', 'Ringfence', 'tmp');
  const shared = (await app.pagePids()).flatMap((pid) => {
    const lines = readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n');
    return lines.filter((line) => / rw-s /.test(line)).flatMap((line) => /\/.*/.exec(line) ?? []);
  });
  expect(shared.length).toBeGreaterThan(0);
  expect(shared.filter((path) => !path.startsWith(`${own}/`) && !path.startsWith('/memfd:'))).toEqual([]);
});

test('a second instance shows the window of the first, and what it was told does not matter', async () => {
  await world.helper.start();
  const app = await world.launch();
  await app.window('main');
  await app.inMain(({ BrowserWindow }) => {
    for (const window of BrowserWindow.getAllWindows()) if (window.isVisible()) window.minimize();
  }, null);
  const second = await world.run(['app://ringfence/allow/1', 'file:///etc/passwd']);
  expect(second.status).toBe(0);
  const frame = await until('the window', async () => {
    const now = await app.frame('main');
    return now?.focused ? now : null;
  });
  expect(frame.visible).toBe(true);
  expect((await app.window('main')).url()).toBe('app://ringfence/index.html#main');
});

test('a closed main window: the app goes on, and asks', async () => {
  await world.helper.start();
  const app = await world.launch();
  const main = await app.window('main');
  const gone = main.waitForEvent('close');
  await app.inMain(
    ({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()
        .find((each) => each.isVisible())
        ?.close(),
    null,
  );
  await gone;
  world.helper.emit('approval.asked', sampleApproval(1, 0));
  await app.prompted(QUESTION);
  expect(app.isClosed).toBe(false);
  await world.run([]); // starting it again is how a person without a tray gets the window back
  await app.window('main');
});

test('a closed prompt answers nothing; the question stays, and can be reviewed', async () => {
  await world.helper.start(asking);
  const app = await world.launch();
  await app.prompted(QUESTION);
  await app.inMain(({ BrowserWindow }) => {
    BrowserWindow.getAllWindows()
      .find((each) => each.webContents.getURL().endsWith('#prompt'))
      ?.close();
  }, null);
  await until('the prompt is gone', async () => (await app.frame('prompt'))?.visible === false);
  await delay(300);
  expect(await world.helper.waiting()).toEqual([1]);
  expect((await app.frame('prompt'))?.visible).toBe(false);
  await (await app.window('main')).getByRole('button', { name: 'Review' }).first().click();
  await app.prompted(QUESTION);
  // another question brings it up by itself
  await (await app.window('prompt')).keyboard.down('Escape');
  await until('the prompt is gone', async () => (await app.frame('prompt'))?.visible === false);
  world.helper.emit('approval.asked', sampleApproval(2, 0, { path: '/home/dev/second.txt' }));
  await until('the prompt', async () => (await app.frame('prompt'))?.visible);
  expect(await world.helper.waiting()).toEqual([1, 2]);
});

test('pages that are killed come back with all they showed, and nothing was answered', async () => {
  await world.helper.start(asking);
  const app = await world.launch();
  await app.prompted(QUESTION);
  const before = await app.pagePids();
  expect(before.length).toBe(2);
  for (const pid of before) process.kill(pid, 'SIGKILL'); // pages of the app that this test has started
  await until('new pages', async () => {
    const now = await app.pagePids();
    return now.length === 2 && now.every((pid) => !before.includes(pid));
  });
  await app.prompted(QUESTION);
  await until('the main window', async () => (await app.frame('main'))?.visible);
  await shows(app, 'passport.txt');
  expect(await world.helper.waiting()).toEqual([1]);
  // and the one that came back still takes an answer
  await (await app.window('prompt')).getByRole('button', { name: 'Deny' }).first().click();
  await until('the denial', async () => (await world.helper.waiting()).length === 0);
});

test('a helper that restarts: the question is gone while it is away, and asked again when it is back', async () => {
  await world.helper.start(asking);
  const app = await world.launch();
  await app.prompted(QUESTION);
  await world.helper.kill();
  await linked(app, 'lost');
  await until('the prompt is gone', async () => (await app.frame('prompt'))?.visible === false);
  expect(await stateOf(app)).toMatchObject({ approvals: [], ended: [{ outcome: 'guard-unavailable' }] });
  await shows(app, 'Not connected');
  expect(await (await app.window('main')).getByText('Enforcing', { exact: true }).count()).toBe(0);
  for (const option of ['deny', 'allow-once']) {
    expect(await app.call('main', 'answer', { id: 1, option })).toMatchObject({ ok: false });
  }
  await world.helper.start(asking);
  await linked(app, 'connected');
  await app.prompted(QUESTION);
  expect(await stateOf(app)).toMatchObject({ approvals: [{ id: 1 }], ended: [] });
  expect(await world.helper.waiting()).toEqual([1]);
});

test('a helper that goes for good: the app says so, and stays up', async () => {
  await world.helper.start({ sessions: [sampleSession(0)] });
  const app = await world.launch();
  await linked(app, 'connected');
  await world.helper.stop();
  await linked(app, 'lost');
  await delay(4000);
  expect((await stateOf(app)).link.state).toBe('lost');
  await shows(app, 'Helper lost');
  expect(app.isClosed).toBe(false);
  expect(app.complaints).toEqual([]);
});

test('no helper at all, then one', async () => {
  const app = await world.launch();
  await linked(app, 'absent');
  await shows(app, 'Not protected');
  await world.helper.start();
  await linked(app, 'connected');
  await shows(app, 'Enforcing');
});

test('a kernel that does not enforce is shown in capitals', async () => {
  const enforcement = { state: 'not-enforcing', kernel: '6.18.0', reason: 'bpf is not among the security modules' };
  await world.helper.start({ enforcement });
  const app = await world.launch();
  await linked(app, 'connected');
  await shows(app, 'NOT ENFORCING');
  await shows(app, 'bpf is not among the security modules');
});

test('ways of starting it that would make another program of it', async () => {
  for (const word of ['--no-sandbox', '--remote-debugging-port=9222', '--load-extension=/tmp/x', '--inspect=9229']) {
    const { status, said } = await world.run([word]);
    expect(said, word).toContain(`the argument ${word} is not accepted`);
    expect(status, word).toBe(2);
  }
  const { status, said } = await world.run([], { LD_PRELOAD: '/nowhere.so' });
  expect(said).toContain('LD_PRELOAD is set');
  expect(status).toBe(2);
});

test('at the machine’s own guard, a copy that nobody has installed only looks on', async () => {
  const app = await world.launch({ environment: { RINGFENCE_SOCKET: '' } });
  const answer = (await app.call('main', 'state', {})) as { value: { answering: object } };
  expect(answer.value.answering).toMatchObject({
    state: 'view-only',
    reason: expect.stringContaining('/opt/ringfence'),
  });
  await shows(app, 'This copy only looks on');
});
