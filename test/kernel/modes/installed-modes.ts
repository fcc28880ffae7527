/** Modes in the installed product: who may set them, that agents may not, and that they are over when they are over. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
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
  sleep,
  startAsDev,
  trustDev,
  until,
} from '../installed.ts';
import type { Tally } from '../tally.ts';

import { putStartersOnDisk, starter } from './starter.ts';

export interface InstalledSetup {
  readonly tally: Tally;
  readonly group: (name: string, run: () => Promise<void>) => Promise<void>;
}

const RINGFENCE = '/opt/ringfence/bin/ringfence';
const CLIENT = ['/opt/ringfence/runtime/bin/node', '/opt/ringfence/cli/main.js'];
const MODES = '/var/lib/ringfence/modes.json';
const UNDECLARED = `${HOME}/notes/undeclared`;
const NOT_RUN = 125;
const STARTS_WITHIN_MS = 120_000;

const SHELL = { filesystem: { write: ['~/work/**'], read: ['~/work/**'] }, exec: ['/usr/bin/*', '/bin/sh'] };

export async function installed({ tally, group }: InstalledSetup): Promise<void> {
  const helper = new Helper();
  give(`${HOME}/work`);
  give(UNDECLARED, 'let-through');
  trustDev();
  putStartersOnDisk();
  await helper.start();
  await group('whom a mode is taken from', async () => settings(tally));
  await group('a manifest that asks for audit', async () => asking(tally));
  await group('an agent that switches its mode', async () => attacks(tally));
  await group('an installed starter', async () => starter(tally));
  await group('a mode that ends while no helper runs', () => ending(tally, helper));
  await helper.end('SIGTERM');
}

/** As root, outside of any session. */
function asRoot(...words: string[]): Said {
  const { status, stdout, stderr } = spawnSync(RINGFENCE, words, { encoding: 'utf8' });
  return { status, stdout, stderr };
}

function reads(manifest: string): Said {
  return ringfence('run', '--manifest', manifest, '--', '/bin/sh', '-c', `cat ${UNDECLARED}`);
}

function settings(tally: Tally): void {
  const manifest = skill('reader', SHELL);
  const before = reads(manifest);
  tally.check('nothing set: what is undeclared is refused', !before.stdout.includes('let-through'), before.stderr);
  const byDev = ringfence('mode', 'sh', 'audit');
  tally.check(
    'a user without an administrator’s word sets nothing',
    byDev.status !== 0 && !existsSync(MODES),
    byDev.stderr,
  );
  const byRoot = asRoot('mode', 'sh', 'audit', '--for', '10m');
  tally.check('root does', byRoot.status === 0 && byRoot.stdout.includes('AUDIT: not enforcing'), byRoot.stderr);
  const audited = reads(manifest);
  tally.check('and the agent reads', audited.stdout.includes('let-through'), audited.stderr);
  const record = records().findLast(({ path }) => path === UNDECLARED);
  tally.check(
    'on record as let through',
    record?.verdict === 'audit' && record.would_be === 'block',
    JSON.stringify(record),
  );
  const other = ringfence('run', '--manifest', manifest, '--', '/usr/bin/cat', UNDECLARED);
  tally.check('another agent does not', !other.stdout.includes('let-through'), other.stdout);
  const doctor = asRoot('doctor');
  tally.check('doctor says so', doctor.stdout.includes('sh: AUDIT: not enforcing'), doctor.stdout);
  asRoot('mode', '--machine', 'enforce');
  tally.check('the machine’s stricter mode counts', !reads(manifest).stdout.includes('let-through'));
  asRoot('mode', '--machine', 'unset');
  const free = ringfence('mode', 'sh', 'enforce');
  tally.check('to be held again takes no administrator', free.status === 0, free.stderr);
  tally.check('and holds', !reads(manifest).stdout.includes('let-through'));
  asRoot('mode', 'sh', 'unset');
}

/** Its publisher is trusted, and gains nothing by it; one that insists on being enforced is. */
function asking(tally: Tally): void {
  const asks = withMode('asking', 'audit');
  const said = reads(asks);
  tally.check('a manifest that asks for audit is enforced', !said.stdout.includes('let-through'), said.stdout);
  asRoot('mode', 'sh', 'audit');
  tally.check('control: with the mode set it is audited', reads(asks).stdout.includes('let-through'));
  const insists = withMode('insisting', 'enforce');
  tally.check('a manifest that insists stays enforced', !reads(insists).stdout.includes('let-through'));
  asRoot('mode', 'sh', 'unset');
}

function withMode(name: string, mode: string): string {
  const manifest = skill(name, SHELL, false);
  writeFileSync(manifest, JSON.stringify({ ...JSON.parse(readFileSync(manifest, 'utf8')), mode }));
  const signed = ringfence('manifest', 'sign', manifest);
  if (signed.status !== 0) throw new Error(signed.stderr);
  return manifest;
}

const DEEDS: readonly (readonly [name: string, words: readonly string[]])[] = [
  ['by the command', [...CLIENT, 'mode', '--machine', 'audit']],
  ['by the file', ['/bin/sh', '-c', `echo '{"v":1,"machine":null,"agents":{}}' > ${MODES}.planted`]],
  ['by the file’s directory', ['/usr/bin/mv', '/var/lib/ringfence', '/var/lib/elsewhere']],
  ['by the kernel’s table', ['/usr/bin/rm', '-f', '/sys/fs/bpf/ringfence/maps/modes']],
];

/** As the user and as root (which sudo would make it), held to its rules and in audit mode. */
function attacks(tally: Tally): void {
  const manifest = skill('switcher', {
    filesystem: { read: ['/opt/ringfence/**', '/run/ringfence/**'], write: ['/var/lib/**', '/sys/**'] },
    exec: ['/opt/ringfence/runtime/bin/node', '/usr/bin/*', '/bin/sh'],
    broad: true,
  });
  const control = asRoot('mode', '--machine', 'audit', '--for', '10m');
  tally.check('control: outside, root switches it', control.status === 0 && setNow() === 'audit', control.stderr);
  asRoot('mode', '--machine', 'unset');
  for (const audited of [false, true]) {
    for (const [name, words] of DEEDS) {
      const agent = words[0]?.split('/').at(-1) ?? '';
      if (audited) asRoot('mode', agent === 'node' ? 'main' : agent, 'audit');
      const state = stateNow();
      const run = ['run', '--manifest', manifest, '--', ...words];
      const asUser = ringfence(...run);
      const asAdmin = asRoot(...run);
      tally.check(
        `${name}, ${audited ? 'in audit mode' : 'enforced'}: neither the user’s agent nor root’s`,
        isTried(asUser) && isTried(asAdmin) && stateNow() === state,
        `${asUser.status} ${asUser.stderr} ${asAdmin.status} ${asAdmin.stderr}`,
      );
      if (audited) asRoot('mode', agent === 'node' ? 'main' : agent, 'unset');
    }
  }
}

/** It ran, and did not succeed. */
function isTried({ status }: Said): boolean {
  return status !== 0 && status !== NOT_RUN;
}

function setNow(): string | undefined {
  return JSON.parse(asRoot('mode', '--json').stdout).machine?.mode;
}

/** All that a mode depends on. */
function stateNow(): string {
  const file = existsSync(MODES) ? readFileSync(MODES, 'utf8') : '';
  return [file, existsSync(`${MODES}.planted`), existsSync('/sys/fs/bpf/ringfence/maps/modes')].join('|');
}

/** The control is one without an end: that the helper is dead does not end it. */
async function ending(tally: Tally, helper: Helper): Promise<void> {
  const manifest = skill('outliver', SHELL);
  const go = join(HOME, 'work/go');
  const script = `i=0; while ! test -e ${go}; do i=$((i+1)); cat ${UNDECLARED} >/dev/null 2>&1 && echo $i > ~/work/read; echo $i > ~/work/tried; sleep 0.2; done`;
  asRoot('mode', 'sh', 'audit');
  const { ended } = startAsDev([RINGFENCE, 'run', '--manifest', manifest, '--', '/bin/sh', '-c', script]);
  tally.check('the agent reads', await until(() => existsSync(`${HOME}/work/read`), STARTS_WITHIN_MS));
  await helper.end('SIGKILL');
  await sleep(6000);
  tally.check('control: without an end it reads on while no helper runs', (await goesOn()) > 0);
  await helper.start();
  asRoot('mode', 'sh', 'audit', '--for', '15s');
  tally.check('with an end it reads until then', (await goesOn()) > 0);
  await helper.end('SIGKILL');
  await sleep(17_000);
  tally.check('and no longer, while no helper runs', (await goesOn()) === 0);
  await helper.start();
  tally.check('nor after one has started', (await goesOn()) === 0);
  tally.check(
    'its end is on record',
    (await until(() => records().some(({ kind }) => kind === 'mode.ended'), 10_000)) || overInList(),
  );
  asDev(['/usr/bin/touch', go]);
  await ended;
  asRoot('mode', 'sh', 'unset');
}

/** A helper that starts after the end has nothing to notice: it shows it as over. */
function overInList(): boolean {
  return asRoot('mode').stdout.includes('(over: enforce)');
}

/** How often it has read within a while in which it tried. */
async function goesOn(): Promise<number> {
  const number = (name: string) =>
    Number(existsSync(`${HOME}/work/${name}`) ? readFileSync(`${HOME}/work/${name}`, 'utf8') : 0);
  const tried = number('tried');
  await until(() => number('tried') > tried + 1, 20_000);
  const from = number('tried');
  await until(() => number('tried') > from + 4, 30_000);
  return number('read') > from ? number('read') - from : 0;
}
