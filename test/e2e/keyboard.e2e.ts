/** The whole app by keyboard alone. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sampleEveryone, sampleInboxEntry } from '../../core/protocol/testing/samples.ts';
import { sampleManifest } from '../../renderer/testing/answers.ts';
import { sampleHistory } from '../../renderer/testing/records.ts';
import { type App, makeWorld, until, type World } from './app.ts';
import { linked, scriptOf } from './tour.ts';

let world: World;
let app: App;
let main: Page;
beforeEach(async () => {
  world = await makeWorld();
});
afterEach(async () => {
  expect(app.complaints).toEqual([]);
  await world.end();
});

const MOST_STOPS = 80;

async function begin(script: object): Promise<void> {
  await world.helper.start(script);
  app = await world.launch();
  main = await app.window('main');
  await linked(app, 'connected');
}

const busy = () => scriptOf('approvals-busy');
const heading = (name: string) => main.getByRole('heading', { level: 1, name }).waitFor();

/** What has the keyboard: its role or tag, and its name. */
function focused(page: Page): Promise<string> {
  return page.evaluate(`(() => {
    const element = document.activeElement;
    const label = element.getAttribute('aria-label') ?? element.labels?.[0]?.textContent ?? element.textContent;
    return (element.getAttribute('role') ?? element.tagName.toLowerCase()) + ' ' + label.trim();
  })()`) as Promise<string>;
}

/** Goes from stop to stop until one fits. */
async function tabTo(page: Page, wanted: RegExp): Promise<void> {
  const passed: string[] = [];
  for (let count = 0; count < MOST_STOPS; count++) {
    const here = await focused(page);
    if (wanted.test(here)) return;
    passed.push(here.slice(0, 60));
    await page.keyboard.press('Tab');
  }
  throw new Error(`no stop fits ${wanted}; there were: ${passed.join(' | ')}`);
}

async function toScreen(name: string): Promise<void> {
  await tabTo(main, /^tab (Approvals|Agents|Everyone else|History|Status)/);
  for (let count = 0; count < 5 && !(await focused(main)).startsWith(`tab ${name}`); count++) {
    await main.keyboard.press('ArrowDown');
  }
  await heading(name);
}

test('from screen to screen, and from region to region', async () => {
  await begin(busy());
  for (const name of ['Agents', 'Everyone else', 'History', 'Status', 'Approvals']) await toScreen(name);
  await main.keyboard.press('F6');
  expect(await focused(main)).not.toMatch(/^tab/);
  await main.keyboard.press('Shift+F6');
  expect(await focused(main)).toMatch(/^tab Approvals/);
});

test('a program is accepted after a question, another dismissed, and what was accepted is taken back', async () => {
  await begin({
    everyone: sampleEveryone(),
    inbox: [sampleInboxEntry({ program: '/usr/bin/sort' }), sampleInboxEntry({ id: 'd'.repeat(32), location: 'aws' })],
  });
  await toScreen('Everyone else');
  await tabTo(main, /^button Accept …: \/usr\/bin\/sort, ssh-keys/);
  await main.keyboard.press('Enter');
  await tabTo(main, /^button Accept$/);
  await main.keyboard.press('Enter');
  await main.getByRole('heading', { name: 'Accepted 1' }).waitFor();
  await main.getByRole('heading', { name: 'Stopped 1' }).waitFor();
  await tabTo(main, /^button Dismiss: \/usr\/bin\/rclone, aws/);
  await main.keyboard.press('Enter');
  await main.getByText('Nothing was stopped').waitFor();
  await tabTo(main, /^button Revoke: \/usr\/bin\/sort, ssh-keys/);
  await main.keyboard.press('Enter');
  await main.getByRole('heading', { name: 'Accepted' }).waitFor({ state: 'detached' });
});

test('a question is denied, a grant is revoked', async () => {
  await begin(busy());
  await tabTo(main, /^button Deny/);
  const before = await world.helper.waiting();
  await main.keyboard.press('Enter');
  await until('the denial', async () => (await world.helper.waiting()).length === before.length - 1);
  await tabTo(main, /^button Revoke(?! all)/);
  await main.keyboard.press('Enter');
  await until('one grant less', async () => (await world.helper.snapshot()).grants.length === 1);
});

test('the prompt: read, turned over, left, reviewed, denied', async () => {
  await begin(busy());
  const first = await app.prompted('asks:');
  let prompt = await app.window('prompt');
  await tabTo(prompt, /^button Next question/);
  await prompt.keyboard.press('Enter');
  await until('the next question', async () => (await app.frame('prompt'))?.title !== first.title);
  await prompt.keyboard.down('Escape');
  await until('the prompt is gone', async () => (await app.frame('prompt'))?.visible === false);
  expect((await world.helper.waiting()).length).toBe(4);
  await tabTo(main, /^button Review/);
  await main.keyboard.press('Enter');
  await app.prompted('asks:');
  prompt = await app.window('prompt');
  await prompt.getByText('Hold to allow').waitFor();
  await prompt.keyboard.press('Alt+d');
  await until('the denial', async () => (await world.helper.waiting()).length === 3);
});

test('a manifest is read, drafted, signed and written', async () => {
  const script = scriptOf('agents-two') as { sessions: { id: string; manifestPath: string }[] };
  const path = join(dirname(world.helper.socketPath), 'skill/clawmanifest.json');
  mkdirSync(dirname(path));
  const view = sampleManifest({ session: 's-travel' });
  writeFileSync(path, view.text);
  await begin({ ...script, approvals: [], manifests: { 's-travel': { ...view, path } } });
  await toScreen('Agents');
  await tabTo(main, /^option travel/);
  await tabTo(main, /^tab Overview/);
  await main.keyboard.press('ArrowRight');
  await main.getByText('Signed by alice').first().waitFor();
  await tabTo(main, /^button Edit permissions/);
  await main.keyboard.press('Enter');
  await tabTo(main, /^button Add to “May read”/);
  await main.keyboard.press('Enter');
  await tabTo(main, /^input May read, entry 4/);
  await main.keyboard.type('~/Mail/**');
  await main.getByText('may now also read').waitFor();
  await tabTo(main, /^button Sign for this machine/);
  await main.keyboard.press('Enter');
  await main.getByText(`Written to ${path}`).waitFor();
  expect(JSON.parse(readFileSync(path, 'utf8')).permissions.filesystem.read).toContain('~/Mail/**');
});

test('the history is searched, and a record is opened', async () => {
  await begin(busy());
  await toScreen('History');
  await tabTo(main, /^(input|searchbox) Search/);
  await main.keyboard.type('sudo');
  await until('only what was searched', async () => {
    const rows = await main.getByRole('option').allTextContents();
    return rows.length > 0 && rows.every((row) => row.includes('sudo'));
  });
  await tabTo(main, /^listbox Records/);
  await main.keyboard.press('ArrowDown');
  await main.getByText('/usr/bin/sudo').first().waitFor();
  expect(await main.getByRole('option', { selected: true }).count()).toBe(1);
});

test('new records come in while it is open', async () => {
  await begin({ ...busy(), entries: [] });
  await toScreen('History');
  await main.getByText('Nothing', { exact: false }).first().waitFor();
  for (const entry of sampleHistory(3)) world.helper.emit('decision', entry);
  await until('three records', async () => (await main.getByRole('option').count()) === 3);
});

test('the self-test is run', async () => {
  await begin(busy());
  await toScreen('Status');
  await tabTo(main, /^button Run the self-test/);
  await main.keyboard.press('Enter');
  await main.getByText('checks passed').waitFor();
});
