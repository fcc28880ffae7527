// The windows' page in a browser, without an app behind it: every scene by axe, every journey by pointer and keyboard.
// `main.ts [PATTERN]`. Each fails on a console error or a refusal of the page's policy, too.
import type { Browser } from 'playwright-core';
import { SCENES, type SceneName } from '../../renderer/testing/scenes.ts';
import { expectAccessible } from './accessibility.ts';
import type { Journey } from './journey.ts';
import { EVERYONE } from './journeys/everyone.ts';
import { HONESTY } from './journeys/honesty.ts';
import { MAIN } from './journeys/main-window.ts';
import { MANIFEST } from './journeys/manifest.ts';
import { PROMPT } from './journeys/prompt.ts';
import { openScene, startBrowser } from './scene-page.ts';
import { startSceneServer } from './scene-server.ts';

/** Far more than the page needs, also where the processors are shared: what does not come by then does not come. */
const IN_TIME_MS = 30_000;

/** Each scene as a journey that only looks. */
const AXE: readonly Journey[] = (Object.keys(SCENES) as SceneName[]).map((scene) => ({
  name: 'axe, light, dark and at 200 %',
  scene,
  // Colours that are still on their way to the dark ones would be judged half-way.
  look: { reducedMotion: 'reduce' },
  async walk(page) {
    await expectAccessible(page);
  },
}));

const pattern = new RegExp(process.argv[2] ?? '', 'i');
const journeys = [...PROMPT, ...MAIN, ...MANIFEST, ...EVERYONE, ...HONESTY, ...AXE].filter(({ name, scene }) =>
  pattern.test(`${scene} ${name}`),
);
const server = await startSceneServer();
const browser = await startBrowser();
let failed = 0;
for (const journey of journeys) {
  const problem = await run(browser, journey);
  if (problem === null) continue;
  failed += 1;
  console.log(`not ok - ${journey.scene}: ${journey.name}: ${problem}`);
}
await browser.close();
server.close();
console.log(`renderer: ${journeys.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 && journeys.length > 0 ? 0 : 1;

/** Null: it went as it should. */
async function run(from: Browser, { scene, look, walk }: Journey): Promise<string | null> {
  const { page, complaints } = await openScene(from, server.origin, scene, look);
  page.setDefaultTimeout(IN_TIME_MS);
  try {
    await walk(page);
  } catch (thrown) {
    complaints.push(thrown instanceof Error ? thrown.message : String(thrown));
  }
  await page.context().close();
  return complaints.length === 0 ? null : complaints.join('\n      ');
}
