// Screenshots of scenes: `screens.ts FOLDER [PATTERN] [light|dark|zoom|forced]…`
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { SCENES, type SceneName } from '../../renderer/testing/scenes.ts';
import { type Look, openScene, startBrowser } from './scene-page.ts';
import { startSceneServer } from './scene-server.ts';

const LOOKS: Readonly<Record<string, Look>> = {
  light: {},
  dark: { colorScheme: 'dark' },
  zoom: { zoom: 2 },
  forced: { forcedColors: 'active' },
};

const [folder = 'screens', pattern = '', ...looks] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const server = await startSceneServer();
const browser = await startBrowser();
for (const name of Object.keys(SCENES) as SceneName[]) {
  if (!new RegExp(pattern).test(name)) continue;
  for (const look of looks.length > 0 ? looks : ['light']) {
    const { page, complaints } = await openScene(browser, server.origin, name, LOOKS[look] ?? {});
    await page.waitForTimeout(name.startsWith('prompt') ? 1500 : 100);
    await page.screenshot({ path: join(folder, `${name}-${look}.png`) });
    await page.context().close();
    console.log(`${name} ${look}${complaints.map((complaint) => `\n    ${complaint}`).join('')}`);
  }
}
await browser.close();
server.close();
