import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { SceneName } from '../../renderer/testing/scenes.ts';

const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export async function startBrowser(): Promise<Browser> {
  const executablePath = process.env.RINGFENCE_CHROMIUM ?? BROWSERS.find((path) => existsSync(path));
  if (executablePath === undefined) throw new Error('no Chromium here: apt-get install chromium');
  return chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
}

export type Look = {
  readonly colorScheme?: 'light' | 'dark';
  readonly forcedColors?: 'active';
  readonly reducedMotion?: 'reduce';
  /** 2: as at 200 %. */
  readonly zoom?: number;
};

/** Sizes of the windows as the app opens them. */
export const SIZES = { main: { width: 1100, height: 760 }, prompt: { width: 560, height: 680 } } as const;

export type ScenePage = {
  readonly page: Page /** Console errors and refusals of the page's policy. */;
  readonly complaints: string[];
};

export async function openScene(
  browser: Browser,
  origin: string,
  name: SceneName,
  look: Look = {},
): Promise<ScenePage> {
  const { zoom = 1, ...media } = look;
  const size = name.startsWith('prompt') ? SIZES.prompt : SIZES.main;
  const viewport = { width: size.width / zoom, height: size.height / zoom };
  const context = await browser.newContext({ viewport, deviceScaleFactor: zoom, ...media });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.addInitScript(`document.addEventListener('securitypolicyviolation', (refusal) =>
    console.error('policy refused', refusal.violatedDirective, refusal.sourceFile, refusal.lineNumber))`);
  await page.goto(`${origin}/?scene=${name}`);
  await page.locator('h1').first().waitFor({ state: 'attached' });
  await page.waitForTimeout(150);
  return { page, complaints };
}
