import type { Page } from 'playwright-core';
import type { SceneName } from '../../renderer/testing/scenes.ts';
import type { Look } from './scene-page.ts';

/** One way through the page that a person could take. */
export type Journey = {
  readonly name: string;
  readonly scene: SceneName;
  readonly look?: Look;
  readonly walk: (page: Page) => Promise<void>;
};

export function expect(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise);
}

export function expectEqual(actual: unknown, wanted: unknown, what: string): void {
  const [is, should] = [JSON.stringify(actual), JSON.stringify(wanted)];
  expect(is === should, `${what}: ${is}, expected ${should}`);
}

/** The calls the page made through its bridge, but for those that only ask how things stand. */
export async function callsOf(page: Page, ...names: string[]): Promise<unknown[]> {
  const asked = await page.evaluate('window.scripted.asked');
  return (asked as { name: string; params: unknown }[]).filter(({ name }) => names.includes(name));
}

export async function press(page: Page, ...keys: string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

/** What has the keyboard, by its name. */
export async function focused(page: Page): Promise<unknown> {
  return page.evaluate("document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent");
}

/** Changes the state as main would. */
export async function changeState(page: Page, more: string): Promise<void> {
  await page.evaluate(`window.scripted.change(${more})`);
}
