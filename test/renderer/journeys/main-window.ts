import type { Page } from 'playwright-core';
import { callsOf, changeState, expect, expectEqual, focused, type Journey, press } from '../journey.ts';

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor();

const AROUND: readonly Journey[] = [
  {
    name: 'arrows walk the rail, F6 the regions, both ways',
    scene: 'approvals-busy',
    async walk(page) {
      await press(page, 'Tab');
      await press(page, 'ArrowDown');
      await heading(page, 'Agents');
      await press(page, 'ArrowDown');
      await heading(page, 'Everyone else');
      await press(page, 'ArrowDown');
      await heading(page, 'History');
      await press(page, 'ArrowDown');
      await heading(page, 'Status');
      await press(page, 'F6');
      expectEqual(await focused(page), 'Status', 'F6 to the screen');
      await press(page, 'F6');
      expectEqual(await focused(page), 'State of the guard', 'F6 to the status line');
      await press(page, 'F6', 'Shift+F6');
      expectEqual(await focused(page), 'State of the guard', 'Shift+F6 back');
    },
  },
  {
    name: 'main chooses the screen',
    scene: 'approvals-empty',
    async walk(page) {
      await page.evaluate("window.scripted.tell('screen', 'status')");
      await heading(page, 'Status');
    },
  },
  {
    name: 'a helper that goes and comes back is shown as that, never green in between',
    scene: 'approvals-busy',
    async walk(page) {
      const line = page.getByRole('region', { name: 'State of the guard' });
      await line.getByText('Enforcing').waitFor();
      const since = new Date().toISOString();
      await changeState(
        page,
        `{ link: { state: 'lost', since: '${since}', message: 'gone', remedy: 'systemctl start it' } }`,
      );
      await page.getByRole('alert').getByText('Not connected').waitFor();
      await line.getByText('Helper lost').waitFor();
      expectEqual(await page.getByText('Enforcing').count(), 0, 'claims of enforcing');
      expectEqual(await page.getByRole('button', { name: /^Deny/ }).first().isDisabled(), true, 'Deny is off');
      await changeState(
        page,
        "{ link: { state: 'connected', helperVersion: '0.1.0', enforcement: { state: 'enforcing', kernel: '6.12' } } }",
      );
      await line.getByText('Enforcing').waitFor();
      expectEqual(await page.getByRole('alert').count(), 0, 'banners');
    },
  },
  {
    name: 'the remedy can be copied',
    scene: 'approvals-not-enforcing',
    async walk(page) {
      await page.getByRole('alert').getByText('NOT ENFORCING').waitFor();
      await page.getByRole('button', { name: 'Copy: What to do' }).click();
      await page.getByText('Copied').first().waitFor();
    },
  },
];

const NOT_ENFORCING: readonly Journey[] = (
  ['approvals-not-enforcing', 'agents-not-enforcing', 'prompt-not-enforcing'] as const
).map((scene) => ({
  name: 'where nothing is enforced, nothing sounds as if it were',
  scene,
  async walk(page) {
    await page.getByRole('alert').getByText('NOT ENFORCING').waitFor();
    await page.getByText('Nothing is enforced on this machine').first().waitFor();
    expectEqual(
      await page.getByText(/caught up|is refused|Nothing waiting|under guard$/).count(),
      0,
      'reassuring words',
    );
  },
}));

const APPROVALS: readonly Journey[] = [
  {
    name: 'Deny answers here, Review opens the prompt, nothing here allows',
    scene: 'approvals-busy',
    async walk(page) {
      expectEqual(await page.getByRole('button', { name: /allow/i }).count(), 0, 'buttons that allow');
      await page.getByRole('button', { name: 'Review: /home/dev/Documents/passport.txt' }).click();
      await page.getByRole('button', { name: 'Deny: /home/dev/Documents/passport.txt' }).click();
      await page.getByRole('heading', { name: 'Waiting for you 2' }).waitFor();
      expectEqual(
        await callsOf(page, 'answer', 'prompt.open'),
        [
          { name: 'prompt.open', params: {} },
          { name: 'answer', params: { id: 41, option: 'deny' } },
        ],
        'calls',
      );
    },
  },
  {
    name: 'grants are revoked one by one and all together, by keyboard',
    scene: 'approvals-busy',
    async walk(page) {
      await page.getByRole('button', { name: 'Revoke: /home/dev/Documents/tickets.pdf' }).focus();
      await press(page, 'Enter');
      await page.getByRole('heading', { name: 'In force 1' }).waitFor();
      await page.getByRole('button', { name: 'Revoke all' }).focus();
      await press(page, 'Enter');
      await page.getByRole('alertdialog').waitFor();
      await press(page, 'Escape');
      await page.getByRole('alertdialog').waitFor({ state: 'detached' });
      expectEqual((await callsOf(page, 'grant.revoke')).length, 1, 'revoked before it was confirmed');
      // the dialog gives the keyboard back to the button that opened it
      await page.waitForFunction("document.activeElement?.textContent === 'Revoke all'");
      await press(page, 'Enter');
      await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke all' }).focus();
      await press(page, 'Enter');
      await page.getByText('Nothing you allowed is still in force.').waitFor();
    },
  },
  {
    name: 'a denial that fails says so and can be repeated',
    scene: 'approvals-busy',
    async walk(page) {
      await page.evaluate("window.scripted.fail('answer', { code: 'too-late', message: 'the question is over' })");
      await page.getByRole('button', { name: /^Deny: .*passport/ }).click();
      await page.getByRole('alert').getByText('the question is over').waitFor();
    },
  },
];

const AGENTS: readonly Journey[] = [
  {
    name: 'sessions are chosen by arrow keys and shown with processes and grants',
    scene: 'agents-two',
    async walk(page) {
      await page.getByRole('option', { name: /travel/ }).focus();
      await page.getByText('/usr/bin/cat').waitFor();
      await page.getByRole('button', { name: 'Revoke: /home/dev/Documents/tickets.pdf' }).waitFor();
      await press(page, 'ArrowDown');
      await page.getByRole('heading', { level: 2, name: /release-notes/ }).waitFor();
      await page.getByText('Signature refused').waitFor();
    },
  },
  {
    name: 'a manifest is shown in words and as text, with reasons where its signature does not hold',
    scene: 'agents-two',
    async walk(page) {
      await page.getByRole('tab', { name: 'Manifest' }).click();
      await page.getByText('Signed by alice').waitFor();
      await page.getByText('Asks before it reads').waitFor();
      await page.getByRole('button', { name: 'As JSON' }).click();
      await page.getByText('"skill_id": "travel"').waitFor();
      await page.getByRole('option', { name: /release-notes/ }).click();
      await page.getByRole('tab', { name: 'Manifest' }).click();
      await page.getByText('scripts/publish.py is not the file that was signed.').waitFor();
      await page.getByText('The file says something else by now').waitFor();
    },
  },
  {
    name: 'a draft is written by keyboard, judged at its field, and sent to be signed; a refusal loses nothing',
    scene: 'agents-two',
    async walk(page) {
      await page.getByRole('tab', { name: 'Manifest' }).click();
      await page.getByRole('button', { name: 'Edit permissions' }).focus();
      await press(page, 'Enter');
      const sign = page.getByRole('button', { name: /^Sign for this machine/ });
      await page.getByRole('button', { name: 'Add to “May write, create and delete”' }).focus();
      await press(page, 'Enter');
      await page.keyboard.type('notes');
      await page.getByText('"notes" is not absolute').waitFor();
      expectEqual(await sign.isDisabled(), true, 'signing a broken draft is off');
      await press(page, 'Home');
      await page.keyboard.type('~/');
      await page.getByText('may now also write, create and delete').waitFor();
      await page.getByText('Wider').waitFor();
      await page.evaluate(
        "window.scripted.fail('manifest.sign', { code: 'not-authorized', message: 'the password was not given' })",
      );
      await sign.focus();
      await press(page, 'Enter');
      await page.getByRole('alert').getByText('the password was not given').waitFor();
      await page.getByRole('tab', { name: 'History' }).click();
      await page.getByRole('tab', { name: 'Agents' }).click();
      await page.getByRole('tab', { name: 'Manifest' }).click();
      expectEqual(await page.getByLabel('May write, create and delete, entry 2').inputValue(), '~/notes', 'the draft');
      await page.evaluate("window.scripted.fail('manifest.sign', null)");
      await sign.click();
      await page
        .getByText('Start the agent again: the one that runs has lost what the old manifest granted.')
        .first()
        .waitFor();
      const [, sent] = (await callsOf(page, 'manifest.sign')) as { params: { draft: string } }[];
      const draft = JSON.parse(sent?.params.draft ?? '{}');
      expectEqual(draft.permissions.filesystem.write, ['$WORKSPACE/**', '~/notes'], 'what was sent');
      expect(!('signature' in draft) && !('hashes' in draft), 'hashes and signature are the helper’s');
    },
  },
  {
    name: 'a draft is discarded only after a question',
    scene: 'agents-two',
    async walk(page) {
      await page.getByRole('tab', { name: 'Manifest' }).click();
      await page.getByRole('button', { name: 'Edit permissions' }).click();
      await page.getByRole('button', { name: 'Remove from “May run”: /usr/bin/cat' }).click();
      await page.getByText('may no longer run').waitFor();
      await page.getByRole('button', { name: 'Discard draft' }).click();
      await page.getByRole('alertdialog').getByRole('button', { name: 'Discard draft' }).click();
      await page.getByText('Signed by alice').waitFor();
    },
  },
];

const HISTORY: readonly Journey[] = [
  {
    name: 'records are walked by keyboard, the chosen one shown in full',
    scene: 'history-many',
    async walk(page) {
      const list = page.getByRole('listbox', { name: 'Records, the newest first' });
      await list.focus();
      await press(page, 'ArrowDown', 'ArrowDown', 'PageDown');
      const detail = page.getByRole('region', { name: 'Record' });
      await detail.getByRole('button', { name: 'Copy: Evidence hash' }).waitFor();
      expect((await list.getAttribute('aria-activedescendant')) !== null, 'the list names no option');
      await press(page, 'End');
      await page.waitForTimeout(400);
      await press(page, 'End');
      await detail.getByRole('button', { name: 'Whole record as JSON' }).click();
      await detail.getByText('"evidence_hash"').waitFor();
    },
  },
  {
    name: 'few rows are drawn of many, and reading goes on to the beginning',
    scene: 'history-some',
    async walk(page) {
      const list = page.getByRole('listbox', { name: 'Records, the newest first' });
      expect((await page.getByRole('option').count()) < 60, 'too many rows are drawn');
      await list.focus();
      await press(page, 'End');
      await page.getByText('This is where the record begins.').waitFor();
      await page.getByRole('option', { selected: true }).waitFor();
    },
  },
  {
    name: 'chips, session and text narrow the list; clearing brings all back',
    scene: 'history-many',
    async walk(page) {
      await page.getByRole('button', { name: 'Asked' }).click();
      await page.getByRole('option', { name: /Asked/ }).first().waitFor();
      expectEqual(await page.getByRole('option', { name: /Blocked/ }).count(), 0, 'blocked ones');
      await page.getByRole('button', { name: /All sessions/ }).click();
      await page.getByRole('option', { name: /release-notes, since/ }).click();
      await page.getByRole('searchbox', { name: 'Search' }).fill('passport release');
      await page
        .getByRole('option', { name: /passport/ })
        .first()
        .waitFor();
      await page.getByRole('searchbox', { name: 'Search' }).fill('no such thing');
      await page.getByText('No record matches').waitFor();
      await page.getByRole('button', { name: 'Clear filters' }).first().click();
      await page
        .getByRole('option', { name: /Blocked/ })
        .first()
        .waitFor();
    },
  },
  {
    name: 'new records come in above what is read',
    scene: 'history-some',
    async walk(page) {
      await page.getByRole('option').first().click();
      const chosen = await page.getByRole('option', { selected: true }).textContent();
      await page.evaluate(`(() => {
        const record = { v: 1, seq: 241, boot_id: 'b', mono_ns: '1', timestamp: '2026-01-01T00:00:00.000000Z', kind: 'decision',
          prev: '0'.repeat(64), evidence_hash: 'a'.repeat(64), pid: 1, skill_id: 'fresh', action: 'read', path: '/fresh', verdict: 'allow' };
        window.scripted.tell('records', [{ owner: 1000, record }]);
      })()`);
      await page.getByRole('option', { name: /fresh/ }).waitFor();
      expectEqual(await page.getByRole('option', { selected: true }).textContent(), chosen, 'the chosen record');
    },
  },
  {
    name: 'verifying says what was found',
    scene: 'history-some',
    async walk(page) {
      await page.getByRole('button', { name: 'Verify the record' }).click();
      await page.getByRole('alert').getByText('The record is intact').waitFor();
    },
  },
  {
    name: 'gaps are shown as gaps',
    scene: 'history-some',
    async walk(page) {
      await page.getByRole('searchbox', { name: 'Search' }).fill('not running');
      await page.getByRole('option', { name: /Gap/ }).first().waitFor();
    },
  },
  {
    name: 'a log that cannot be read says so and is read again on wish',
    scene: 'history-empty',
    async walk(page) {
      await page.evaluate("window.scripted.fail('audit.page', { code: 'unavailable', message: 'the disk is full' })");
      await page.getByRole('button', { name: 'Blocked' }).click();
      await page.getByRole('alert').getByText('the disk is full').waitFor();
      await page.evaluate("window.scripted.fail('audit.page', null)");
      await page.getByRole('button', { name: 'Read again' }).click();
      await page.getByText('No record matches').waitFor();
    },
  },
];

const STATUS: readonly Journey[] = [
  {
    name: 'the self-test is shown, failures first and with a remedy',
    scene: 'status-not-enforcing',
    async walk(page) {
      await page.getByText('2 checks failed.').waitFor();
      const first = page.getByRole('region', { name: 'Self-test' }).getByRole('listitem').first();
      await first.getByText('BPF-LSM').waitFor();
      await first.getByText('Failed').waitFor({ state: 'attached' });
      await page.getByRole('button', { name: 'Run the self-test' }).focus();
      await press(page, 'Enter');
      await page.waitForTimeout(50);
      expectEqual((await callsOf(page, 'doctor')).length, 2, 'self-tests');
    },
  },
];

export const MAIN: readonly Journey[] = [...AROUND, ...NOT_ENFORCING, ...APPROVALS, ...AGENTS, ...HISTORY, ...STATUS];
