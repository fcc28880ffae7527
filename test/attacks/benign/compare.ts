import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { writeSkill } from '../../agents/skill.ts';
import { HOME } from '../places.ts';
import { RINGFENCE, runAsDev } from '../session.ts';

const CASES = join(import.meta.dirname, 'cases');
const WORKSPACE = `${HOME}/project`;
const DEV = 1000;
const NOT_THERE = '77';

/** What two runs of the same work may differ in. Everything else has to be the same byte by byte. */
const NORMALISED: { file: RegExp; why: string }[] = [
  { file: /\.git\/index$/, why: 'holds inode numbers and times; the case prints what is staged' },
  { file: /\.pyc$/, why: "holds the source's modification time" },
];

const ENVIRONMENT = {
  TMPDIR: '/tmp',
  TZ: 'UTC',
  GIT_AUTHOR_NAME: 'Dev',
  GIT_AUTHOR_EMAIL: 'dev@example.org',
  GIT_AUTHOR_DATE: '2026-01-01T00:00:00Z',
  GIT_COMMITTER_NAME: 'Dev',
  GIT_COMMITTER_EMAIL: 'dev@example.org',
  GIT_COMMITTER_DATE: '2026-01-01T00:00:00Z',
  GIT_CONFIG_NOSYSTEM: '1',
  npm_config_cache: `${WORKSPACE}/.npm`,
  npm_config_update_notifier: 'false',
};

/** What a developer's own agent would be granted: its workspace, temporary files, the tools of the machine. */
const PERMISSIONS = {
  filesystem: {
    read: ['$WORKSPACE/**', '/tmp/**', '/usr/include/**', '/usr/local/include/**'],
    write: ['$WORKSPACE/**', '/tmp/**'],
  },
  exec: ['/usr/bin/*', '/usr/lib/**', '/usr/libexec/**', '/usr/share/nodejs/**', '$WORKSPACE/**'],
};

export type BenignJudgement = { name: string; outcome: 'identical' | 'differs' | 'skipped'; detail: string };

/** What one case left behind. `tree`: relative path -> type, mode and content. */
export type Snapshot = { status: string; output: string; errors: string; tree: Map<string, string> };

/** Runs the benign list without and with the guard under one manifest and compares what came out. */
export async function runBenign(say: (line: string) => void): Promise<BenignJudgement[]> {
  const names = readdirSync(CASES)
    .map((name) => basename(name, '.sh'))
    .sort();
  const free = await runAll(names, [], say);
  const skill = { id: 'developer-tools', version: '1.0.0', document: '# Everyday work\n', permissions: PERMISSIONS };
  const manifest = writeSkill(`${HOME}/skills/developer-tools`, skill, `${HOME}/.config/ringfence/publisher.key`, DEV);
  const guarded = await runAll(names, [RINGFENCE, 'run', '--manifest', manifest, '--'], say);
  return names.map((name) => compare(name, free.get(name), guarded.get(name)));
}

export async function runAll(
  names: readonly string[],
  launcher: readonly string[],
  say: (line: string) => void,
): Promise<Map<string, Snapshot>> {
  rmSync(WORKSPACE, { recursive: true, force: true });
  mkdirSync(join(WORKSPACE, '.cases'), { recursive: true });
  chownSync(WORKSPACE, DEV, DEV);
  for (const name of names) copyFileSync(join(CASES, `${name}.sh`), join(WORKSPACE, '.cases', `${name}.sh`));
  copyFileSync(join(import.meta.dirname, 'run.sh'), join(WORKSPACE, '.cases', 'run'));
  chmodSync(join(WORKSPACE, '.cases', 'run'), 0o644);
  const before = performance.now();
  const command = [...launcher, '/bin/sh', join(WORKSPACE, '.cases', 'run'), WORKSPACE];
  const outcome = await runAsDev(command, { cwd: WORKSPACE, environment: ENVIRONMENT });
  const seconds = ((performance.now() - before) / 1000).toFixed(1);
  say(`  everyday work, ${launcher.length > 0 ? 'guarded' : 'unguarded'}: ${seconds} s, status ${outcome.status}`);
  if (outcome.status !== 0) say(outcome.stderr.trim().replace(/^/gm, '    '));
  return new Map(names.map((name) => [name, snapshot(name)]));
}

function snapshot(name: string): Snapshot {
  const result = (kind: string) => readIfThere(join(WORKSPACE, '.results', `${name}.${kind}`));
  const tree = new Map<string, string>();
  walk(join(WORKSPACE, name), '', tree);
  return { status: result('status').trim(), output: result('out'), errors: result('err'), tree };
}

/** Relative path -> type, mode and content. */
function walk(root: string, path: string, tree: Map<string, string>): void {
  const full = join(root, path);
  const stat = lstatSync(full, { throwIfNoEntry: false });
  if (stat === undefined) return;
  const mode = (stat.mode & 0o7777).toString(8);
  if (stat.isSymbolicLink()) tree.set(path, `link ${readlinkSync(full)}`);
  else if (stat.isDirectory()) {
    tree.set(path, `directory ${mode}`);
    for (const name of readdirSync(full)) walk(root, join(path, name), tree);
  } else tree.set(path, `file ${mode} ${NORMALISED.some(({ file }) => file.test(path)) ? '' : digest(full)}`);
}

const digest = (path: string): string =>
  statSync(path).isFile() ? createHash('sha256').update(readFileSync(path)).digest('hex') : 'special';

/** Whether two runs of a case are the same, and if not, the first things in which they differ. */
export function compare(name: string, free: Snapshot | undefined, guarded: Snapshot | undefined): BenignJudgement {
  if (free === undefined || guarded === undefined) return { name, outcome: 'differs', detail: 'it did not run' };
  if (free.status === NOT_THERE) return { name, outcome: 'skipped', detail: `${free.output.trim()} is not installed` };
  const differences = [
    ...(free.status === guarded.status ? [] : [`status ${free.status} became ${guarded.status}`]),
    ...(free.output === guarded.output ? [] : [`output: ${firstDifference(free.output, guarded.output)}`]),
    ...(free.errors === guarded.errors ? [] : [`errors: ${firstDifference(free.errors, guarded.errors)}`]),
    ...treeDifferences(free.tree, guarded.tree),
  ];
  return { name, outcome: differences.length === 0 ? 'identical' : 'differs', detail: differences.join('; ') };
}

function firstDifference(free: string, guarded: string): string {
  const before = free.split('\n');
  const after = guarded.split('\n');
  const index = after.findIndex((line, number) => line !== before[number]);
  if (index < 0) return `ends after ${after.length} lines of ${before.length}`;
  return `${JSON.stringify(before[index] ?? null)} became ${JSON.stringify(after[index])}`;
}

function treeDifferences(free: Map<string, string>, guarded: Map<string, string>): string[] {
  const paths = [...new Set([...free.keys(), ...guarded.keys()])];
  const different = paths.filter((path) => free.get(path) !== guarded.get(path));
  return different
    .slice(0, 3)
    .map((path) => `${path}: ${free.get(path) ?? 'absent'} became ${guarded.get(path) ?? 'absent'}`);
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
