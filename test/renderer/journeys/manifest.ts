/** What a manifest says, shown and edited. */
import type { Page } from 'playwright-core';
import { expectAccessible } from '../accessibility.ts';
import { callsOf, expect, expectEqual, focused, type Journey, press } from '../journey.ts';

const group = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
const openManifest = async (page: Page): Promise<void> => {
  await page.getByRole('tab', { name: 'Manifest' }).click();
  await page.getByRole('button', { name: 'Edit permissions' }).waitFor();
};
const openEditor = async (page: Page): Promise<void> => {
  await openManifest(page);
  await page.getByRole('button', { name: 'Edit permissions' }).click();
  await page.getByRole('heading', { name: 'What this draft changes' }).waitFor();
};
const changes = (page: Page) => page.getByRole('region', { name: 'What this draft changes' });
const change = (page: Page, words: string) => changes(page).getByRole('listitem').filter({ hasText: words });
/** The draft that was sent to be signed last. */
async function sentDraft(page: Page): Promise<Record<string, object>> {
  const sent = (await callsOf(page, 'manifest.sign')) as { params: { draft: string } }[];
  return JSON.parse(sent.at(-1)?.params.draft ?? '{}');
}
/** The page scrolls inside its parts, never itself. */
async function expectNoOverflow(page: Page): Promise<void> {
  const [high, wide] = (await page.evaluate(
    '[document.documentElement.scrollHeight - innerHeight, document.documentElement.scrollWidth - innerWidth]',
  )) as [number, number];
  expect(high <= 0 && wide <= 0, `the page is ${high} px too high and ${wide} px too wide`);
}

const SHOWN: readonly Journey[] = [
  {
    name: 'all that a manifest says is shown in the group of what it does, denies by words and sign too',
    scene: 'agents-builder',
    async walk(page) {
      await openManifest(page);
      const rows: Readonly<Record<string, readonly string[]>> = {
        Granted: [
          'May create $WORKSPACE/reports/**',
          'May delete and move away $WORKSPACE/.cache/**',
          'May wait for connections at 127.0.0.1:3000-3010/tcp',
          'May connect to sockets /run/postgresql/.s.PGSQL.5432',
          'May make sockets $TMPDIR/*.sock',
        ],
        'Asked about each time': ['Asks before it deletes or moves away $WORKSPACE/dist/**'],
        'Never, whatever is granted': [
          'Never touches $WORKSPACE/.env* ~/Documents/**',
          'Never connects to 169.254.169.254 10.0.0.0/8',
          'Never gets from the environment AWS_* GITHUB_TOKEN',
        ],
        'At most, in one session': ['Deletions 200 deletions a minute', 'Processes 64 processes at once'],
        'About this manifest': ['Written for claude codex'],
      };
      for (const [name, wanted] of Object.entries(rows)) {
        const shown = await group(page, name).locator('dl > div').allInnerTexts();
        const lines = shown.map((row) => row.replace(/\s+/g, ' ').trim());
        for (const row of wanted) expect(lines.includes(row), `${name} has no “${row}” but ${lines.join('; ')}`);
      }
      await group(page, 'Never, whatever is granted').locator('h3 svg').waitFor();
      await page.getByText('It asks to be audited only. This session is enforced all the same.').waitFor();
      await page.getByText('nearly everything').waitFor();
    },
  },
  {
    name: 'the whole hash of a pinned program is a key away',
    scene: 'agents-builder',
    async walk(page) {
      await openManifest(page);
      const whole = '3b7e9a1c'.repeat(8);
      const short = page.getByText('only with content 3b7e9a1c3b7e…');
      expectEqual(await short.getAttribute('title'), whole, 'the title');
      expectEqual(await page.getByText(whole, { exact: true }).isVisible(), false, 'the whole hash is shown at once');
      await short.focus();
      await press(page, 'Enter');
      await page.getByText(whole, { exact: true }).waitFor();
      await page.getByRole('button', { name: 'Copy: SHA-256 of the content' }).waitFor();
    },
  },
  {
    name: 'what is not there is not shown',
    scene: 'agents-two',
    async walk(page) {
      await openManifest(page);
      for (const name of ['Never, whatever is granted', 'At most, in one session']) {
        expectEqual(await group(page, name).count(), 0, name);
      }
      expectEqual(await page.getByText('May create', { exact: true }).count(), 0, 'an empty list');
    },
  },
  {
    name: 'axe, light, dark and at 200 %: a manifest that says everything',
    scene: 'agents-builder',
    look: { reducedMotion: 'reduce' },
    async walk(page) {
      await openManifest(page);
      await page.getByText('only with content').click();
      await expectNoOverflow(page);
      await expectAccessible(page);
    },
  },
];

const EDITED: readonly Journey[] = [
  {
    name: 'a deny, a class and a limit are added by keyboard alone; what the form does not know stays',
    scene: 'agents-builder',
    async walk(page) {
      await openEditor(page);
      await page.getByRole('button', { name: 'Add to “Never touches”' }).focus();
      await press(page, 'Enter');
      expectEqual(await focused(page), 'Never touches, entry 3', 'the keyboard');
      await page.keyboard.type('~/private/**');
      await change(page, 'denied from now on: ~/private/**').getByText('Narrower').waitFor();
      await page.getByRole('checkbox', { name: /^running programs that no list names/ }).focus();
      await press(page, 'Space');
      await change(page, 'may now ask before running programs').getByText('Wider').waitFor();
      const processes = page.getByRole('textbox', { name: 'Processes' });
      await processes.focus();
      await press(page, 'Control+a');
      await page.keyboard.type('12x');
      await page.getByText('“12x” is not a whole number').waitFor();
      const sign = page.getByRole('button', { name: /^Sign for this machine/ });
      expectEqual(await sign.isDisabled(), true, 'signing what is no number is off');
      await press(page, 'Backspace', 'Backspace', 'Backspace');
      await page.keyboard.type('128');
      await change(page, 'limit raised to 128 processes at once, until now 64').getByText('Wider').waitFor();
      await page.getByText('This form leaves alone: environment variables, name servers').waitFor();
      await sign.focus();
      await press(page, 'Enter');
      await page
        .getByText('Start the agent again: the one that runs has lost what the old manifest granted.')
        .first()
        .waitFor();
      const draft = await sentDraft(page);
      expectEqual(draft.limits, { deletions_per_minute: 200, processes: 128, bytes_sent: 50_000_000 }, 'limits');
      expectEqual(draft.applies_to, { agents: ['claude', 'codex'], skill_root: '~/skills/builder' }, 'whom it is for');
      expectEqual(draft.mode, 'audit', 'the mode');
      const permissions = draft.permissions as Record<string, Record<string, unknown>>;
      expectEqual(permissions.env, { pass: ['NODE_*', 'CI'], deny: ['AWS_*', 'GITHUB_TOKEN'] }, 'environment');
      expectEqual(permissions.network?.dns, 'resolver', 'name servers');
      expectEqual(permissions.exec?.[1], { path: '/usr/bin/jq', sha256: '3b7e9a1c'.repeat(8) }, 'the pinned program');
      expectEqual(
        permissions.filesystem?.deny,
        ['$WORKSPACE/.env*', '~/Documents/**', '~/private/**'],
        'what is denied',
      );
      const classes = ['read:secrets', 'write:persist', 'exec:new', 'net:new-host'];
      expectEqual(permissions.require_approval?.classes, classes, 'classes');
    },
  },
  {
    name: 'another kind is chosen by keyboard, and its first field has the keyboard',
    scene: 'agents-two',
    async walk(page) {
      await openEditor(page);
      expectEqual(await page.getByRole('group', { name: 'May delete and move away' }).count(), 0, 'seldom needed');
      await page.getByRole('button', { name: 'Add another kind to “Granted”' }).focus();
      await press(page, 'Enter');
      await page.getByRole('menuitem', { name: 'May create' }).waitFor();
      await press(page, 'ArrowDown', 'Enter');
      await page.getByRole('group', { name: 'May delete and move away' }).waitFor();
      await page.waitForTimeout(100);
      expectEqual(await focused(page), 'May delete and move away, entry 1', 'the keyboard');
      await page.keyboard.type('~/**');
      await page.getByText('This grants nearly everything').waitFor();
      const meant = page.getByRole('checkbox', { name: 'These broad grants are meant' });
      const sign = page.getByRole('button', { name: /^Sign for this machine/ });
      expectEqual(await sign.isDisabled(), true, 'a broad grant that is not said to be meant is off');
      await meant.focus();
      await press(page, 'Space');
      await change(page, 'says that its broad grants are meant').getByText('Wider').waitFor();
      expectEqual(await sign.isDisabled(), false, 'one that is meant can be signed');
      await page.getByRole('button', { name: 'Remove from “May delete and move away”: ~/**' }).focus();
      await press(page, 'Enter');
      await page.getByText('Nothing here is that broad any more.').waitFor();
      await meant.focus();
      await press(page, 'Space');
      await changes(page).getByText('Nothing yet.').waitFor();
      expectEqual(await meant.count(), 0, 'the box without a broad grant');
    },
  },
  {
    name: 'a deny by pointer, taken back, is named as wider; the content of a program set free too',
    scene: 'agents-builder',
    async walk(page) {
      await openEditor(page);
      await page.getByRole('button', { name: 'Remove from “Never connects to”: 10.0.0.0/8' }).click();
      await change(page, 'no longer denied: connecting to 10.0.0.0/8').getByText('Wider').waitFor();
      await page.getByLabel('May run, entry 2').fill('/usr/bin/jq');
      await change(page, 'may now run any content of /usr/bin/jq').getByText('Wider').waitFor();
      await page.getByLabel('May run, entry 2').fill('/usr/bin/jq sha256:AB');
      await page.getByText('The hash is not 64 lowercase hex digits').waitFor();
      await page.getByRole('textbox', { name: 'Data sent' }).fill('');
      await change(page, 'no longer limited to 50,000,000 bytes sent in all').getByText('Wider').waitFor();
      await page.getByText('reading keys, tokens and passwords').first().click();
      await change(page, 'no longer asks before reading keys').getByText('Wider').waitFor();
      await page.getByRole('button', { name: /^Sign for this machine/ }).scrollIntoViewIfNeeded();
      await expectNoOverflow(page);
    },
  },
  {
    name: 'a draft with nothing but a limit that is no number is discarded only after a question',
    scene: 'agents-builder',
    async walk(page) {
      await openEditor(page);
      await page.getByRole('textbox', { name: 'Processes' }).fill('many');
      await page.getByRole('button', { name: 'Discard draft' }).click();
      await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel' }).click();
      expectEqual(await page.getByRole('textbox', { name: 'Processes' }).inputValue(), 'many', 'the draft');
    },
  },
  {
    name: 'axe, light, dark and at 200 %: the editor with problems and changes in it',
    scene: 'agents-builder',
    look: { reducedMotion: 'reduce' },
    async walk(page) {
      await openEditor(page);
      await page.getByRole('textbox', { name: 'Processes' }).fill('many');
      await page.getByLabel('May create, entry 1').fill('nowhere');
      await page.getByRole('button', { name: 'Remove from “Never connects to”: 10.0.0.0/8' }).click();
      await expectAccessible(page);
    },
  },
  {
    name: 'axe, light, dark and at 200 %: the menu of kinds',
    scene: 'agents-two',
    look: { reducedMotion: 'reduce' },
    async walk(page) {
      await openEditor(page);
      await page.getByRole('button', { name: 'Add to “Never, whatever is granted”' }).click();
      await page.getByRole('menuitem', { name: 'Never touches' }).waitFor();
      await expectAccessible(page);
    },
  },
];

export const MANIFEST: readonly Journey[] = [...SHOWN, ...EDITED];
