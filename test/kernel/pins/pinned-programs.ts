/** The installed product: a manifest that grants one program with one content. */
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  asDev,
  give,
  Helper,
  HOME,
  records,
  ringfence,
  type Said,
  skill,
  startAsDev,
  trustDev,
  until,
} from '../installed.ts';
import type { Tally } from '../tally.ts';

const BIN = `${HOME}/bin`;
const TOOL = join(BIN, 'tool');
const WORK = `${HOME}/work`;
const [READY, GO] = [join(WORK, 'tool-ready'), join(WORK, 'tool-go')];
const RINGFENCE = '/opt/ringfence/bin/ringfence';
const REFUSED = 125;
const SOON_MS = 60_000;

/** A program that says its arguments; what is behind its end does not keep it from running. */
function placeTool(): void {
  mkdirSync(BIN, { recursive: true });
  rmSync(TOOL, { force: true });
  copyFileSync('/usr/bin/echo', TOOL);
  chmodSync(TOOL, 0o755);
  give(BIN);
}

const hashOf = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

const permissions = (tool: unknown) => ({
  exec: ['/bin/sh', '/usr/bin/sleep', tool],
  filesystem: { read: ['~/work/**'], write: ['~/work/**'] },
});

const CHANGES: readonly { readonly name: string; readonly script: string }[] = [
  { name: 'written to', script: `echo more >> ${TOOL}` },
  { name: 'replaced', script: `cp ${TOOL} ${BIN}/new && echo more >> ${BIN}/new && mv ${BIN}/new ${TOOL}` },
  { name: 'given another mode', script: `chmod 700 ${TOOL}` },
];

export async function pinnedPrograms(tally: Tally): Promise<void> {
  const helper = new Helper();
  if (!existsSync(`${HOME}/.config/ringfence/publisher.key`)) trustDev();
  await helper.start();
  try {
    give(WORK);
    placeTool();
    atTheStart(tally);
    for (const change of CHANGES) await afterwards(tally, change, true);
    await afterwards(tally, CHANGES[0] as (typeof CHANGES)[number], false);
  } finally {
    await helper.end('SIGTERM');
  }
}

function atTheStart(tally: Tally): void {
  const sha256 = hashOf(TOOL);
  const manifest = skill('pinned-tool', permissions({ path: '~/bin/tool', sha256 }));
  const run = () => ringfence('run', '--manifest', manifest, '--', TOOL, 'it', 'runs');
  const right = run();
  tally.check('the right file runs', right.status === 0 && right.stdout === 'it runs\n', JSON.stringify(right));
  asDev(['/bin/sh', '-c', `echo more >> ${TOOL}`]);
  const changed = run();
  tally.check(
    'a changed one is refused before it runs',
    changed.status === REFUSED && changed.stdout === '' && changed.stderr.includes(hashOf(TOOL)),
    JSON.stringify(changed),
  );
  const cause = records().findLast(({ kind }) => kind === 'refused')?.cause;
  tally.check('on record', String(cause).includes('changed-program'), String(cause));
  asDev(['/bin/sh', '-c', `truncate -s -5 ${TOOL}`]);
  const again = run();
  tally.check('control: it runs again once it is as it was', again.status === 0, JSON.stringify(again));
}

/** The agent runs it, waits until it was changed, and runs it again. */
async function afterwards(tally: Tally, { name, script }: (typeof CHANGES)[number], pinned: boolean): Promise<void> {
  placeTool();
  for (const path of [READY, GO]) rmSync(path, { force: true });
  const tool = pinned ? { path: '~/bin/tool', sha256: hashOf(TOOL) } : '~/bin/tool';
  const manifest = skill(
    `tool-user-${pinned ? CHANGES.findIndex((one) => one.name === name) : 'control'}`,
    permissions(tool),
  );
  const agent = `${TOOL} first; : > ${READY}; while ! test -e ${GO}; do sleep 0.2; done; ${TOOL} second || echo refused`;
  const { ended } = startAsDev([RINGFENCE, 'run', '--manifest', manifest, '--', '/bin/sh', '-c', agent]);
  const ready = await until(() => existsSync(READY), SOON_MS);
  const before = records().length;
  const change = asDev(['/bin/sh', '-c', script]);
  give(GO, '');
  const said: Said = await ended;
  const expected = pinned ? 'first\nrefused\n' : 'first\nsecond\n';
  const what = pinned ? `${name}: it runs no more` : `control: not pinned and ${name}, it runs on`;
  tally.check(what, ready && change.status === 0 && said.stdout === expected, JSON.stringify({ change, said }));
  const dropped = () =>
    records()
      .slice(before)
      .find(({ kind }) => kind === 'skill.trust-dropped');
  if (pinned) await until(() => dropped() !== undefined, SOON_MS);
  tally.check(`${what}: on record`, (dropped()?.path === TOOL) === pinned, JSON.stringify(dropped()));
}
