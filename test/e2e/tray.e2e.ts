/** The tray as a panel sees it: an icon for each state, what it says, and its menu. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sampleApproval, sampleEveryone, sampleSession } from '../../core/protocol/testing/samples.ts';
import { type App, makeWorld, until, type World } from './app.ts';
import { startTrayHost, type TrayHost } from './bus/tray-host.ts';

let world: World;
let host: TrayHost;
let app: App;

beforeEach(async () => {
  world = await makeWorld();
  host = await startTrayHost(world.environment.XDG_RUNTIME_DIR ?? '');
  await world.helper.start();
  app = await world.launch({ environment: { DBUS_SESSION_BUS_ADDRESS: host.address } });
});
afterEach(async () => {
  await world.end();
  await host.stop();
});

const registered = () => until('an icon in the tray', async () => host.items.at(-1));
const says = (item: string, text: string) => until(text, async () => (await host.toolTip(item)).includes(text));
const labels = async (item: string) =>
  (await host.menu(item)).map(({ label }) => label).filter((label) => label !== '');

test('each state has its picture and its words', async () => {
  const item = await registered();
  const seen = new Map<string, string>();
  const look = async (state: string, text: string) => {
    await says(item, text);
    seen.set(state, (await host.icon(item)).toString('base64'));
  };
  await look('protected', 'Ringfence: Enforcing; no agent is running');
  world.helper.emit('session.started', sampleSession(0, { mode: 'audit' }));
  await look('audited', 'Ringfence: AUDIT: not enforcing, 1 of 1 agent');
  world.helper.emit('approval.asked', sampleApproval(1, 0));
  await look('asking', 'A question is waiting');
  const enforcement = { state: 'not-enforcing', kernel: '6.12.0', reason: 'switched off' };
  world.helper.emit('status', { enforcement });
  await look('not enforcing', 'NOT ENFORCING');
  await world.helper.kill();
  await look('helper lost', 'The helper is lost');
  expect(new Set(seen.values()).size).toBe(5);
});

test('everyone else has a line and an inbox of their own, and learning looks like no protection', async () => {
  const item = await registered();
  await says(item, 'Enforcing');
  const protectedIcon = (await host.icon(item)).toString('base64');
  const everyone = sampleEveryone({ stage: 'learning', until: '2026-01-02T00:00:00Z' });
  world.helper.emit('everyone.changed', everyone);
  await says(item, 'Ringfence: Agents: enforcing. Everyone else: LEARNING: not enforcing yet, until 2026-01-0');
  expect((await host.icon(item)).toString('base64')).not.toBe(protectedIcon);
  expect(await labels(item)).toContain('Inbox (0)');
  const inbox = (await host.menu(item)).find(({ label }) => label === 'Inbox (0)');
  if (!inbox) throw new Error('no inbox');
  await host.click(item, inbox);
  await (await app.window('main')).getByRole('heading', { level: 1, name: 'Everyone else' }).waitFor();
});

test('the menu says how it stands, reviews, opens, and quits', async () => {
  const item = await registered();
  await says(item, 'Enforcing');
  expect(await labels(item)).toEqual([
    'Enforcing; no agent is running',
    'Review (0)',
    'Open Ringfence',
    'Quit (protection continues)',
  ]);
  const entry = async (label: string) => {
    const found = (await host.menu(item)).find((each) => each.label === label);
    if (!found) throw new Error(`no entry ${label}`);
    return found;
  };
  expect((await entry('Review (0)')).enabled).toBe(false);

  world.helper.emit('approval.asked', sampleApproval(1, 0));
  await app.prompted('passport.txt');
  await app.call('main', 'prompt.leave', {});
  await until('the prompt is gone', async () => (await app.frame('prompt'))?.visible === false);
  await says(item, 'A question is waiting');
  await host.click(item, await entry('Review (1)'));
  await until('the prompt with the keyboard', async () => (await app.frame('prompt'))?.focused);

  await app.inMain(({ BrowserWindow }) => {
    BrowserWindow.getAllWindows()
      .find((each) => each.webContents.getURL().endsWith('#main'))
      ?.close();
  }, null);
  await until('no main window', async () => (await app.frame('main')) === null);
  await host.click(item, await entry('Open Ringfence'));
  await until('the main window', async () => (await app.frame('main'))?.visible);

  await host.click(item, await entry('Quit (protection continues)'));
  await until('the end', async () => app.isClosed);
  expect(await world.helper.waiting()).toEqual([1]);
});
