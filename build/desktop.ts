// .cache/desktop/app/ is what Electron loads from resources/app: main process and preload script in one file each, and the
// windows' page.
import { globSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { build as buildPage } from 'vite';
import packageData from '../package.json' with { type: 'json' };
import { DESKTOP_APP } from './desktop-app.ts';
import { fingerprint, isUpToDate, markUpToDate } from './fingerprint.ts';
import { ROOT } from './root.ts';

/** Node of the oldest Electron that is supported. */
const NODE_TARGET = 'node20';

const SOURCES = ['electron', 'renderer', 'core', 'client'].map((folder) => `${folder}/**/*.{ts,tsx,css,html,json,svg}`);

/** Makes what is out of date. */
export async function buildDesktop(): Promise<string | null> {
  const sources = globSync([...SOURCES, 'package-lock.json', 'package.json', 'build/desktop.ts'], { cwd: ROOT })
    .filter((path) => !/\.test\.tsx?$/.test(path))
    .map((path) => join(ROOT, path));
  const print = fingerprint({ sources, tools: [], arguments: [] });
  if (isUpToDate(DESKTOP_APP, print)) return null;
  mkdirSync(DESKTOP_APP, { recursive: true });
  const { name, version, license } = packageData;
  // its configuration lies under this name: ~/.config/ringfence is the command line's, with keys in it
  const about = { name, productName: 'Ringfence', version, license, main: 'main.cjs' };
  writeFileSync(join(DESKTOP_APP, 'package.json'), `${JSON.stringify(about)}\n`);
  await Promise.all([bundleMain(), bundlePreload(), bundlePage()]);
  markUpToDate(DESKTOP_APP, print);
  return 'main, preload, page';
}

/** CommonJS, so that everything is set before Electron says it is ready. */
async function bundleMain(): Promise<void> {
  await bundleScript('electron/main/main.ts', 'main.cjs');
}

/** A sandboxed preload script can load no file: it has to be one. */
async function bundlePreload(): Promise<void> {
  await bundleScript('electron/preload/preload.ts', 'preload.cjs');
}

async function bundleScript(input: string, output: string): Promise<void> {
  const built = await rolldown({
    input: join(ROOT, input),
    platform: 'node',
    external: ['electron'],
    transform: { target: NODE_TARGET },
    cwd: ROOT,
  });
  await built.write({ file: join(DESKTOP_APP, output), format: 'cjs', codeSplitting: false });
  await built.close();
}

async function bundlePage(): Promise<void> {
  const configFile = join(ROOT, 'renderer/vite.config.ts');
  const outDir = join(DESKTOP_APP, 'renderer');
  await buildPage({ configFile, logLevel: 'warn', build: { outDir, emptyOutDir: true } });
}
