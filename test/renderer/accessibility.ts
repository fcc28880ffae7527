import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { SIZES } from './scene-page.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Nothing for axe to find as the page stands: light, dark, and at 200 %. */
export async function expectAccessible(page: Page): Promise<void> {
  const whole = page.viewportSize() ?? SIZES.main;
  const found = [...(await axeViolations(page))];
  await page.emulateMedia({ colorScheme: 'dark' });
  found.push(...(await axeViolations(page)));
  await page.setViewportSize({ width: whole.width / 2, height: whole.height / 2 });
  found.push(...(await axeViolations(page)));
  if (found.length > 0) throw new Error([...new Set(found)].join('\n      '));
}

/** What axe finds wrong with the page as it stands, one line each. */
async function axeViolations(page: Page): Promise<string[]> {
  // Evaluated by the debugger, which the page's policy does not bind.
  if (!(await page.evaluate("'axe' in window"))) await page.evaluate(AXE);
  const found =
    await page.evaluate(`axe.run({ runOnly: ${JSON.stringify(TAGS)} }).then(({ violations }) => violations.map(
    ({ id, nodes }) => id + ': ' + nodes.map(({ target, any }) => target.join(' ') + ' ' + (any[0]?.message ?? '')).slice(0, 3).join(' | ')))`);
  return found as string[];
}
