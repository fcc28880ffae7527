import type { Page } from 'playwright-core';
import { ALLOW_ZONE, ARM_MS, HOLD_MS } from '../../../core/protocol/desktop.ts';
import { callsOf, changeState, expect, expectEqual, type Journey } from '../journey.ts';

const allow = (page: Page) => page.getByRole('button', { name: /allow|read first/i });
const answers = (page: Page) => callsOf(page, 'answer');
const armed = (page: Page) => page.waitForTimeout(ARM_MS + 200);

async function hold(page: Page, milliseconds: number): Promise<void> {
  const box = await allow(page).boundingBox();
  if (box === null) throw new Error('Allow is not drawn');
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 4 });
  await page.mouse.down();
  await page.waitForTimeout(milliseconds);
  await page.mouse.up();
  await page.waitForTimeout(60);
}

/** In the page: where each name of a path begins. */
const LEFTS_OF_NAMES = `(() => {
  const path = document.querySelector('.question-object');
  const walker = document.createTreeWalker(path, NodeFilter.SHOW_TEXT);
  const lefts = [];
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode())
    for (const { 0: name, index } of node.nodeValue.matchAll(/[^/]+/g)) {
      const range = document.createRange();
      range.setStart(node, index);
      range.setEnd(node, index + name.length);
      lefts.push(range.getBoundingClientRect().left);
    }
  return lefts;
})()`;

const ALLOWED = [{ name: 'answer', params: { id: 41, option: 'allow-once' } }];
const DENIED = [{ name: 'answer', params: { id: 41, option: 'deny' } }];

export const PROMPT: readonly Journey[] = [
  {
    name: 'Allow fills its zone exactly',
    scene: 'prompt-held',
    async walk(page) {
      const size = page.viewportSize();
      const box = await allow(page).boundingBox();
      const { right, bottom, width, height } = ALLOW_ZONE;
      expectEqual(
        box,
        { x: (size?.width ?? 0) - right - width, y: (size?.height ?? 0) - bottom - height, width, height },
        'the control',
      );
    },
  },
  {
    name: 'Allow fills its zone exactly at 200 %',
    scene: 'prompt-four',
    look: { zoom: 2 },
    async walk(page) {
      const size = page.viewportSize();
      const box = await allow(page).boundingBox();
      const { right, bottom, width, height } = ALLOW_ZONE;
      expectEqual(
        box,
        { x: (size?.width ?? 0) - right - width, y: (size?.height ?? 0) - bottom - height, width, height },
        'the control',
      );
    },
  },
  {
    name: 'held long enough by the pointer, it allows once',
    scene: 'prompt-held',
    async walk(page) {
      await armed(page);
      await hold(page, HOLD_MS + 80);
      expectEqual(await answers(page), ALLOWED, 'answers');
      await page.getByRole('heading', { name: 'Nothing waiting' }).waitFor({ state: 'attached' });
      await page.getByRole('status').getByText('Allowed.').waitFor();
    },
  },
  {
    name: 'a click, a short hold and a hold that leaves allow nothing',
    scene: 'prompt-held',
    async walk(page) {
      await armed(page);
      await allow(page).click();
      await hold(page, HOLD_MS - 150);
      const box = await allow(page).boundingBox();
      await page.mouse.down();
      await page.waitForTimeout(HOLD_MS + 50);
      await page.mouse.move((box?.x ?? 0) - 40, box?.y ?? 0, { steps: 3 });
      await page.mouse.move((box?.x ?? 0) + 40, (box?.y ?? 0) + 20, { steps: 3 });
      await page.mouse.up();
      expectEqual(await answers(page), [], 'answers');
    },
  },
  {
    name: 'a hold that began before it was armed allows nothing',
    scene: 'prompt-four',
    async walk(page) {
      await page.getByRole('button', { name: 'Next question' }).click();
      await page.waitForTimeout(50);
      await hold(page, ARM_MS + HOLD_MS + 200);
      expectEqual(await answers(page), [], 'answers');
    },
  },
  {
    name: 'Enter, Space, a click without a pointer and wrong letters allow nothing',
    scene: 'prompt-held',
    async walk(page) {
      await armed(page);
      await allow(page).focus();
      for (const key of ['Enter', 'Space', 'Control+Enter', 'k', 'Control+Enter', 'x', 'f', 'Control+Enter'])
        await page.keyboard.press(key);
      await allow(page).evaluate('(element) => element.click()');
      await allow(page).evaluate((element) => element.dispatchEvent(new Event('click', { bubbles: true })));
      expectEqual(await answers(page), [], 'answers');
    },
  },
  {
    name: 'the letters and Ctrl+Enter allow, with the scope that was chosen by arrow keys',
    scene: 'prompt-held',
    async walk(page) {
      await armed(page);
      await page.keyboard.press('Tab');
      expectEqual(
        await page.evaluate('document.activeElement.textContent'),
        'DenyAlt D',
        'first stop after the heading',
      );
      await page.getByRole('radio', { name: 'Once' }).focus();
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowRight');
      await page.keyboard.type('kf');
      await page.keyboard.press('Control+Enter');
      await page.waitForTimeout(60);
      expectEqual(await answers(page), [{ name: 'answer', params: { id: 41, option: 'allow-session' } }], 'answers');
    },
  },
  {
    name: 'letters typed ahead are dropped',
    scene: 'prompt-four',
    async walk(page) {
      await page.getByRole('button', { name: 'Next question' }).click();
      await page.keyboard.type('kf');
      await armed(page);
      await page.keyboard.press('Control+Enter');
      expectEqual(await answers(page), [], 'answers');
    },
  },
  {
    name: 'Ctrl+Enter on Deny without the letters neither allows nor denies',
    scene: 'prompt-held',
    async walk(page) {
      await armed(page);
      await page.getByRole('button', { name: 'Deny' }).focus();
      await page.keyboard.press('Control+Enter');
      expectEqual(await answers(page), [], 'answers');
    },
  },
  {
    name: 'one click denies',
    scene: 'prompt-held',
    async walk(page) {
      await page.getByRole('button', { name: 'Deny' }).click();
      await page.waitForTimeout(60);
      expectEqual(await answers(page), DENIED, 'answers');
    },
  },
  {
    name: 'Alt+D denies, and the next question takes its place, not armed',
    scene: 'prompt-four',
    async walk(page) {
      await armed(page);
      const first = await page.getByRole('heading', { level: 1 }).textContent();
      await page.keyboard.press('Alt+d');
      await page.getByText('1 of 3').waitFor();
      expectEqual((await answers(page)).length, 1, 'answers');
      expect(
        (await page.getByRole('heading', { level: 1 }).textContent()) !== first,
        'the heading is still the old one',
      );
      expectEqual(await allow(page).getAttribute('aria-disabled'), 'true', 'aria-disabled');
      expectEqual(await page.evaluate('document.activeElement.tagName'), 'H1', 'focus');
    },
  },
  {
    name: 'Esc leaves everything open',
    scene: 'prompt-held',
    async walk(page) {
      await armed(page);
      await page.keyboard.press('Escape');
      expectEqual(await callsOf(page, 'answer', 'prompt.leave'), [{ name: 'prompt.leave', params: {} }], 'calls');
    },
  },
  {
    name: 'a change of focus disarms',
    scene: 'prompt-held',
    async walk(page) {
      await armed(page);
      expectEqual(await allow(page).getAttribute('aria-disabled'), 'false', 'aria-disabled');
      await page.evaluate("window.dispatchEvent(new Event('focus'))");
      await page.waitForTimeout(40);
      expectEqual(await allow(page).getAttribute('aria-disabled'), 'true', 'aria-disabled after focus');
      await armed(page);
      expectEqual(await allow(page).getAttribute('aria-disabled'), 'false', 'aria-disabled once armed again');
    },
  },
  {
    name: 'a held question that is refused meanwhile says so and has to be read again',
    scene: 'prompt-held',
    async walk(page) {
      await armed(page);
      await changeState(
        page,
        `(() => { const [asked] = ${STATE}.approvals; return { approvals: [{ ...asked, status: { state: 'refused', because: 'timed-out' } }] }; })()`,
      );
      await page.getByText('Blocked. Allow the next attempt?').waitFor();
      expectEqual(await page.getByText(/waits/).count(), 0, 'claims that it waits');
      expectEqual(await allow(page).getAttribute('aria-disabled'), 'true', 'aria-disabled');
    },
  },
  {
    name: 'a refused answer is said, nothing is lost, and it can be tried again',
    scene: 'prompt-held',
    async walk(page) {
      await armed(page);
      await page.evaluate(
        "window.scripted.fail('answer', { code: 'no-hand', message: 'nobody has held Allow', remedy: 'Hold it.' })",
      );
      await hold(page, HOLD_MS + 80);
      await page.getByRole('alert').getByText('nobody has held Allow').waitFor();
      await page.evaluate("window.scripted.fail('answer', null)");
      await armed(page);
      await hold(page, HOLD_MS + 80);
      await page.getByRole('heading', { name: 'Nothing waiting' }).waitFor({ state: 'attached' });
    },
  },
  {
    name: 'new questions do not push the one on screen away',
    scene: 'prompt-four',
    async walk(page) {
      await page.getByRole('button', { name: 'Next question' }).click();
      const shown = await page.getByRole('heading', { level: 1 }).textContent();
      await changeState(page, `{ approvals: [{ ...${STATE}.approvals[0], id: 5 }, ...${STATE}.approvals] }`);
      await page.getByText('of 5').waitFor();
      expectEqual(await page.getByRole('heading', { level: 1 }).textContent(), shown, 'heading');
    },
  },
  {
    name: 'a copy that only looks on cannot allow, by any hand',
    scene: 'prompt-view-only',
    async walk(page) {
      await armed(page);
      await hold(page, HOLD_MS + 80);
      await page.keyboard.type('kf');
      await page.keyboard.press('Control+Enter');
      expectEqual(await answers(page), [], 'answers');
      await page.getByRole('button', { name: 'Deny' }).click();
      await page.waitForTimeout(60);
      expectEqual(await answers(page), DENIED, 'answers');
    },
  },
  {
    name: 'without a helper no question is shown and none can be answered',
    scene: 'prompt-lost',
    async walk(page) {
      await page.getByRole('alert').getByText('Not connected').waitFor();
      expectEqual(await page.getByRole('button', { name: /deny|allow/i }).count(), 0, 'buttons');
    },
  },
  {
    name: 'what was not on screen to its end cannot be allowed',
    scene: 'prompt-long',
    look: { zoom: 2 },
    async walk(page) {
      await armed(page);
      await hold(page, HOLD_MS + 80);
      await page.keyboard.type('kf');
      await page.keyboard.press('Control+Enter');
      expectEqual(await answers(page), [], 'answers before it was read');
      for (let step = 0; step < 8; step++) {
        await page.keyboard.press('PageDown');
        await page.waitForTimeout(60);
      }
      await page.waitForTimeout(400);
      await page.keyboard.type('kf');
      await page.keyboard.press('Control+Enter');
      await page.waitForTimeout(60);
      expectEqual((await answers(page)).length, 1, 'answers after it was read');
    },
  },
  {
    name: 'what hides or turns text is written out',
    scene: 'prompt-hostile',
    async walk(page) {
      const shown = (await page.locator('.question-object').textContent()) ?? '';
      expect(
        shown.includes('\\u{202e}') && shown.includes('\\u{200b}') && shown.includes('\\n'),
        `not written out: ${shown}`,
      );
      expect(!/[\u202a-\u202e\u200b\n]/.test(shown), 'a hidden character is on the page');
    },
  },
  {
    name: 'folders stand in their order, whichever way their names are written',
    scene: 'prompt-right-to-left',
    async walk(page) {
      await page.locator('.question-object').waitFor();
      const lefts = await page.evaluate<number[]>(LEFTS_OF_NAMES);
      expectEqual(lefts.length, 6, 'names');
      expectEqual(
        lefts,
        lefts.toSorted((a, b) => a - b),
        'from left to right',
      );
    },
  },
];

const STATE = '(window.scripted.state())';
