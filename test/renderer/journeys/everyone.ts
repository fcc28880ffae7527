import type { Page } from 'playwright-core';
import { callsOf, changeState, expectEqual, focused, type Journey, press } from '../journey.ts';

const guard = (page: Page) => page.getByRole('region', { name: 'State of the guard' });

export const EVERYONE: readonly Journey[] = [
  {
    name: 'a program is accepted by keyboard, only after a question that says what it opens',
    scene: 'everyone-stopped',
    async walk(page) {
      await page.getByRole('button', { name: 'Accept …: /usr/bin/rclone, aws' }).focus();
      await press(page, 'Enter');
      const dialog = page.getByRole('alertdialog');
      await dialog.getByText('/usr/bin/rclone').waitFor();
      await dialog.getByText('access keys and session tokens').waitFor();
      await dialog.getByText('whoever starts it').waitFor();
      await press(page, 'Escape');
      await dialog.waitFor({ state: 'detached' });
      expectEqual(await callsOf(page, 'everyone.accept'), [], 'accepted before it was confirmed');
      await page.waitForFunction("document.activeElement?.textContent === 'Accept …'");
      await press(page, 'Enter');
      await dialog.getByRole('button', { name: 'Accept' }).focus();
      await press(page, 'Enter');
      await page.getByRole('heading', { name: 'Accepted 3' }).waitFor();
      await page.getByRole('heading', { name: 'Stopped 1' }).waitFor();
      expectEqual(
        await callsOf(page, 'everyone.accept'),
        [{ name: 'everyone.accept', params: { program: '/usr/bin/rclone', location: 'aws' } }],
        'calls',
      );
    },
  },
  {
    name: 'what anyone could replace is not offered, and why is said',
    scene: 'everyone-stopped',
    async walk(page) {
      await page.getByText('Cannot be accepted: the folder /home/dev').waitFor();
      expectEqual(await page.getByRole('button', { name: /^Accept .*postinstall/ }).count(), 0, 'ways to accept it');
      await page.getByRole('button', { name: /^Dismiss: .*postinstall\.py, ssh-keys/ }).focus();
      await press(page, 'Enter');
      await page.getByRole('heading', { name: 'Stopped 1' }).waitFor();
      expectEqual(await page.getByText('postinstall').count(), 0, 'what was dismissed');
    },
  },
  {
    name: 'a password that was not given changes nothing, and says so',
    scene: 'everyone-stopped',
    async walk(page) {
      await page.evaluate(
        "window.scripted.fail('everyone.accept', { code: 'not-authorized', message: 'the authentication was dismissed' })",
      );
      await page.getByRole('button', { name: /^Accept/ }).click();
      await page.getByRole('alertdialog').getByRole('button', { name: 'Accept' }).click();
      await page.getByRole('alert').getByText('the authentication was dismissed').waitFor();
      await page.getByRole('heading', { name: 'Stopped 2' }).waitFor();
      await page.getByRole('heading', { name: 'Accepted 2' }).waitFor();
    },
  },
  {
    name: 'accepting is taken back',
    scene: 'everyone-stopped',
    async walk(page) {
      await page.getByRole('button', { name: 'Revoke: /usr/bin/restic, every sensitive place' }).focus();
      await press(page, 'Enter');
      await page.getByRole('heading', { name: 'Accepted 1' }).waitFor();
    },
  },
  {
    name: 'learning is amber and says until when; enforcing ends it, and what was seen is stopped',
    scene: 'everyone-learning',
    async walk(page) {
      await guard(page).getByText('Everyone else: LEARNING: not enforcing yet, until').waitFor();
      await page.getByText('These will be stopped once learning is over').waitFor();
      const button = page.getByRole('button', { name: 'Enforce now' });
      await button.focus();
      expectEqual(await focused(page), 'Enforce now', 'the button has the keyboard');
      await press(page, 'Enter');
      await page.getByText('These are stopped from now on, unless you let them in.').waitFor();
      await guard(page).getByText('Enforcing', { exact: true }).waitFor();
      expectEqual(await page.getByText(/LEARNING/).count(), 0, 'words of learning');
      expectEqual(await callsOf(page, 'everyone.accept'), [], 'accepted by itself');
    },
  },
  ...(['everyone-learning-empty', 'everyone-audit', 'everyone-open', 'everyone-trouble'] as const).map(
    (scene): Journey => ({
      name: 'where somebody is not held, nothing sounds as if all were',
      scene,
      async walk(page) {
        await guard(page).getByText('Agents: enforcing. Everyone else:').waitFor();
        await guard(page)
          .getByText(/LEARNING|AUDIT|NOT/)
          .waitFor();
        expectEqual(await guard(page).getByText('Enforcing', { exact: true }).count(), 0, 'claims of enforcing');
      },
    }),
  ),
  {
    name: 'a helper that goes takes what it said with it',
    scene: 'everyone-stopped',
    async walk(page) {
      await page.getByRole('heading', { name: 'Stopped 2' }).waitFor();
      const since = new Date().toISOString();
      const trouble = "message: 'gone', remedy: 'systemctl start it'";
      await changeState(page, `{ link: { state: 'lost', since: '${since}', ${trouble} } }`);
      await page.getByText('Nothing is known of other programs').waitFor();
      expectEqual(await page.getByRole('button', { name: /^(Accept|Dismiss|Revoke)/ }).count(), 0, 'buttons');
    },
  },
];
