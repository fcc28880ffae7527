/** The Electron that the desktop runs on, in two copies: one as it is installed, one that Playwright can drive. */
import {
  copyFileSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DESKTOP_APP } from '../desktop-app.ts';
import { ROOT } from '../root.ts';
import { ToolFailure } from '../tool.ts';
import { BORROWED_EXECUTABLE, BORROWED_VERSION, borrowElectron } from './borrowed.ts';
import { SHIPPED_FUSES, setFuses, TEST_FUSES } from './fuses.ts';

const CACHE = join(ROOT, '.cache/electron');
const RECORD = join(CACHE, 'runtime.json');
/** Rises when the copies are to be made anew. */
const RECIPE = 2;

export const EXECUTABLE = 'ringfence-desktop';

export interface Runtime {
  readonly version: string;
  /** `borrowed` is for development and tests: see borrowed.ts. */
  readonly origin: 'borrowed' | 'named' | 'downloaded';
  /** As it is installed, but for the app. */
  readonly shipped: string;
  /** The same with Node's inspector allowed, and with the app as it was built last. */
  readonly driven: string;
  readonly source: string;
  readonly recipe: number;
}

type Source = { origin: Runtime['origin']; folder: string; version: string };

/** An Electron that is already unpacked: the one that was named, or the one that `electron`’s own script has fetched. */
function unpackedSource(): Source | null {
  const named = process.env.RINGFENCE_ELECTRON_DIST;
  const fetched = join(ROOT, 'node_modules/electron/dist');
  const folder = named || (existsSync(join(fetched, 'electron')) ? fetched : null);
  if (folder === null) return null;
  const version = join(folder, 'version');
  if (!existsSync(version)) throw new ToolFailure(`${folder} is no unpacked Electron: it has no file "version"`);
  const origin = named ? 'named' : 'downloaded';
  return { origin, folder, version: readFileSync(version, 'utf8').trim().replace(/^v/, '') };
}

/** The runtime as it was last provided, or null. */
export function presentRuntime(): Runtime | null {
  try {
    const runtime = JSON.parse(readFileSync(RECORD, 'utf8')) as Runtime;
    const whole = [runtime.shipped, runtime.driven].every((folder) => existsSync(join(folder, EXECUTABLE)));
    return whole && runtime.recipe === RECIPE ? runtime : null;
  } catch {
    return null; // never provided
  }
}

/** Provides it if need be. @returns the runtime and whether it is new */
export async function provideRuntime(): Promise<{ runtime: Runtime; made: boolean }> {
  const unpacked = unpackedSource();
  const wanted = unpacked?.folder ?? 'borrowed';
  const version = unpacked?.version ?? BORROWED_VERSION;
  const present = presentRuntime();
  if (present?.source === wanted && present.version === version) return { runtime: present, made: false };
  const shipped = join(CACHE, version);
  const driven = join(CACHE, `${version}-driven`);
  mkdirSync(CACHE, { recursive: true });
  rmSync(RECORD, { force: true });
  if (unpacked) copyElectron(unpacked.folder, shipped);
  else await borrowElectron(join(CACHE, 'package'), shipped);
  await finish(shipped, driven);
  const runtime: Runtime = {
    version,
    origin: unpacked?.origin ?? 'borrowed',
    shipped,
    driven,
    source: wanted,
    recipe: RECIPE,
  };
  writeFileSync(RECORD, `${JSON.stringify(runtime, null, 2)}\n`);
  return { runtime, made: true };
}

function copyElectron(from: string, to: string): void {
  rmSync(to, { recursive: true, force: true });
  cpSync(from, to, { recursive: true });
  rmSync(join(to, 'resources'), { recursive: true, force: true }); // an app that shows Electron's own page
}

/** Its name, its fuses, and the second copy, which shares all but the executable. */
async function finish(shipped: string, driven: string): Promise<void> {
  const original = [BORROWED_EXECUTABLE, 'electron']
    .map((name) => join(shipped, name))
    .find((path) => existsSync(path));
  if (original !== undefined) renameSync(original, join(shipped, EXECUTABLE));
  await setFuses(join(shipped, EXECUTABLE), SHIPPED_FUSES);
  rmSync(driven, { recursive: true, force: true });
  linkFolder(shipped, driven);
  rmSync(join(driven, EXECUTABLE));
  copyFileSync(join(shipped, EXECUTABLE), join(driven, EXECUTABLE));
  await setFuses(join(driven, EXECUTABLE), TEST_FUSES);
  mkdirSync(join(driven, 'resources'));
  symlinkSync(DESKTOP_APP, join(driven, 'resources/app'));
}

function linkFolder(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (entry.isDirectory()) linkFolder(join(from, entry.name), join(to, entry.name));
    else linkSync(join(from, entry.name), join(to, entry.name));
  }
}
