/** `npm run screens`: a picture of every screen in every state, light and dark, in out/screens/. */
import { mkdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ROOT } from '../../build/root.ts';
import { makeWorld } from './app.ts';
import { builtApp } from './built-app.ts';
import { tour } from './tour.ts';
import { leaveRoot } from './unprivileged.ts';

const FOLDER = join(ROOT, 'out/screens');
/** Until what moves has come to rest. */
const REST_MS = 250;

const { version, origin } = builtApp();
leaveRoot();
mkdirSync(FOLDER, { recursive: true });
let pictures = 0;
for (const theme of ['light', 'dark'] as const) {
  const world = await makeWorld();
  try {
    for await (const { name, page } of tour(world, await world.launch({ theme }))) {
      await delay(REST_MS);
      const path = join(FOLDER, `${name}-${theme}.png`);
      await page.screenshot({ path });
      console.log(relative(ROOT, path));
      pictures += 1;
    }
  } finally {
    await world.end();
  }
}
console.log(`${pictures} pictures, taken with Electron ${version} (${origin})`);
