/** An agent that is not simply held to its manifest is never shown as if it were. */
import type { Page } from 'playwright-core';
import { changeState, expect, expectEqual, type Journey } from '../journey.ts';

const AUDITED = 'only what protects the guard itself holds';
const DROPPED =
  'A file of the skill was changed: what its manifest granted is gone. Start the agent again after signing.';

/** Whether anything in sight has the colour that means: the kernel enforces. */
async function isAnythingGreen(page: Page): Promise<boolean> {
  return page.evaluate(`(() => {
    const probe = document.createElement('span');
    document.body.append(probe);
    const colourOf = (name) => { probe.style.color = 'var(' + name + ')'; return getComputedStyle(probe).color; };
    const safe = [colourOf('--safe'), colourOf('--safe-soft')];
    probe.remove();
    return [...document.body.querySelectorAll('*')].some((each) => {
      const { color, backgroundColor } = getComputedStyle(each);
      return safe.includes(color) || safe.includes(backgroundColor);
    });
  })()`);
}

const audited = (screen: 'agents' | 'status' | 'approvals'): Journey => ({
  name: 'an audited agent makes nothing green, and the screen says what it is',
  scene: `${screen}-audited`,
  async walk(page) {
    await page
      .getByRole('region', { name: 'State of the guard' })
      .getByText('AUDIT: not enforcing, 1 of 3 agents')
      .waitFor();
    expectEqual(await isAnythingGreen(page), false, 'green');
    expectEqual(await page.getByText('Enforcing', { exact: true }).count(), 0, 'claims of enforcing');
    // The same page when all are held, so that green would have been seen.
    await changeState(
      page,
      '{ sessions: window.scripted.state().sessions.map((each) => ({ ...each, mode: undefined })), modes: { machine: null, agents: [] } }',
    );
    await page.getByRole('region', { name: 'State of the guard' }).getByText('Enforcing').waitFor();
    expectEqual(await isAnythingGreen(page), true, 'green when all are held');
    expectEqual(await page.getByText(AUDITED).count(), 0, 'sentences when all are held');
  },
});

export const HONESTY: readonly Journey[] = [
  ...(['agents', 'status', 'approvals'] as const).map(audited),
  {
    name: 'an audited agent says so in the list, above its detail, and below its manifest',
    scene: 'agents-audited',
    async walk(page) {
      await page
        .getByRole('option', { name: /builder/ })
        .getByText(AUDITED)
        .waitFor();
      const detail = page.getByRole('region', { name: 'About this session' });
      await detail.getByText(AUDITED).waitFor();
      await page.getByRole('tab', { name: 'Manifest' }).click();
      await detail.getByText(AUDITED).waitFor();
      await detail.getByText('None of this is enforced now').waitFor();
      expectEqual(await detail.getByText('Everything else is refused').count(), 0, 'claims that the rest is refused');
      await page.getByRole('option', { name: /travel/ }).click();
      await detail.getByText(AUDITED).waitFor({ state: 'detached' });
    },
  },
  {
    name: 'a permissive agent makes nothing green either',
    scene: 'agents-permissive',
    async walk(page) {
      const words = 'PERMISSIVE: not enforcing what is undeclared, 1 of 3 agents';
      await page.getByRole('region', { name: 'State of the guard' }).getByText(words).waitFor();
      expectEqual(await isAnythingGreen(page), false, 'green');
    },
  },
  {
    name: 'a machine that is set to audit makes nothing green, also before an agent runs',
    scene: 'status-machine-audited',
    async walk(page) {
      const guard = page.getByRole('region', { name: 'Guard', exact: true });
      await guard.getByText('every agent: AUDIT: not enforcing').waitFor();
      expectEqual(await isAnythingGreen(page), false, 'green');
    },
  },
  {
    name: 'the status names the agents that are audited only',
    scene: 'status-audited',
    async walk(page) {
      const guard = page.getByRole('region', { name: 'Guard', exact: true });
      await guard.getByText(AUDITED).waitFor();
      await guard.getByText('builder').waitFor();
      expectEqual(await guard.getByText('The kernel holds agents to their manifests.').count(), 0, 'a claim too much');
    },
  },
  {
    name: 'being caught up does not say that what is undeclared is refused',
    scene: 'approvals-audited',
    async walk(page) {
      await page
        .getByText('but for agents that are not held to their rules: there it is allowed and recorded')
        .waitFor();
    },
  },
  {
    name: 'a skill that was changed is said to have lost its grants, where they are shown too',
    scene: 'agents-trust-dropped',
    async walk(page) {
      await page
        .getByRole('option', { name: /builder/ })
        .getByText(DROPPED)
        .waitFor();
      const detail = page.getByRole('region', { name: 'About this session' });
      await detail.getByText(DROPPED).waitFor();
      await page.getByRole('tab', { name: 'Manifest' }).click();
      await page.getByRole('region', { name: 'Granted once, gone since a file of the skill was changed' }).waitFor();
      expectEqual(
        await page.getByRole('region', { name: 'Granted', exact: true }).count(),
        0,
        'grants shown as if there',
      );
      expectEqual(await page.getByText('still held to what is shown here').count(), 0, 'a claim too much');
    },
  },
  {
    name: 'records of any kind are named, and shown whole',
    scene: 'history-some',
    async walk(page) {
      await page
        .getByRole('option', { name: /Audit: let through/ })
        .first()
        .waitFor();
      await page.getByRole('searchbox', { name: 'Search' }).fill('no version knows');
      const unknown = page.getByRole('option', { name: /Orbit: of the moon was seen to change/ }).first();
      await unknown.click();
      const [list, box] = [await page.locator('.records-box').boundingBox(), await unknown.boundingBox()];
      expect(list !== null && box !== null && box.width <= list.width, 'the row is wider than its list');
      const record = page.getByRole('region', { name: 'Record' });
      await record.getByRole('heading', { name: 'Orbit: of the moon was seen to change' }).waitFor();
      await record.getByText('orbit.of_the_moon-was-seen-to-change').first().waitFor();
      await record.getByText('Of a kind that no version knows.').first().waitFor();
    },
  },
];
