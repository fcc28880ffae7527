/** Every screen and state of the real app: nothing that axe finds, nothing that a window complains about. */
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeWorld, type World } from './app.ts';
import { tour } from './tour.ts';

let world: World;
beforeEach(async () => {
  world = await makeWorld();
});
afterEach(() => world.end());

const STANDARDS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const FEWEST_STOPS = 33;

/** What axe finds, each with the first element it is about. */
async function faults(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const run = `axe.run(document, { runOnly: ${JSON.stringify(STANDARDS)} })`;
  const { violations } = (await page.evaluate(run)) as axe.AxeResults;
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.target} ${nodes[0]?.failureSummary}`);
}

test.each(['light', 'dark'] as const)(
  'every screen in every state, %s',
  async (theme) => {
    const app = await world.launch({ theme });
    const found: Record<string, string[]> = {};
    let stops = 0;
    const dark = await (await app.window('main')).evaluate(`matchMedia('(prefers-color-scheme: dark)').matches`);
    expect(dark).toBe(theme === 'dark');
    for await (const { name, page } of tour(world, app)) {
      stops += 1;
      const list = await faults(page);
      if (list.length > 0) found[name] = list;
    }
    expect(found).toEqual({});
    expect(stops).toBeGreaterThanOrEqual(FEWEST_STOPS);
    expect(app.complaints).toEqual([]);
  },
  180_000,
);
