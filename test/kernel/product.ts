/** The product as installed: the helper killed under load, refused manifests, an agent that calls, and places that are not there yet. */
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, existsSync, linkSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeU64, encodeU32 } from '../../helper/kernel/layout.ts';
import { PinnedMap } from '../../helper/kernel/pinned-map.ts';
import { changingResolvers } from './changing-resolvers.ts';
import { type Choice, chosen } from './chosen.ts';
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
} from './installed.ts';
import { proxied } from './proxied.ts';
import { type Load, siege } from './siege.ts';
import type { Tally } from './tally.ts';

export interface ProductSetup {
  readonly programs: string;
  readonly kills: number;
  /** Beside which the helper is killed. */
  readonly load: Load;
  readonly seed: number;
  readonly tally: Tally;
  readonly choice: Choice;
}

const PINS = '/sys/fs/bpf/ringfence';
const REFUSED = 125;
/** Emulated beside much else, a session takes its time to begin. */
const TRIED_WITHIN_MS = 240_000;
/** The helper learns of a new file in a protected folder by inotify; emulated, it may be busy for a second or two. */
const NOTICED_WITHIN_MS = 10_000;

export async function product(setup: ProductSetup): Promise<void> {
  const { tally, choice } = setup;
  const helper = new Helper();
  const without = objectsIn(setup);
  give(`${HOME}/work`);
  trustDev();
  await helper.start();
  tally.check('doctor says ENFORCING', /^ENFORCING$/m.test(ringfence('doctor').stdout));
  const groups: Readonly<Record<string, () => Promise<void> | void>> = {
    'what is not there yet cannot be planted': () => planting(setup),
    'manifests that are refused': () => refusals(setup),
    'hosts through a proxy': () => proxied({ tally, helper }),
    'name servers that change': () => changingResolvers({ tally, helper }),
    'an agent that calls the helper': () => calling(setup),
    'the helper killed under load': () => killing(setup, helper),
    'enforcement is ended while an agent runs': () => ending(setup, helper, without),
  };
  for (const [name, run] of chosen(groups, choice)) await tally.group(name, run);
  await helper.end('SIGTERM');
}

/** The manifest opens the whole home, so that only the protected location stands in the way. */
async function planting({ tally }: ProductSetup): Promise<void> {
  const deeds = 'mkdir ~/.ssh; mkdir ~/work/made && mv ~/work/made ~/.ssh; ln -s /tmp ~/.ssh; ls -d ~/.ssh';
  const control = asDev(['/bin/sh', '-c', deeds]);
  tally.check('control: unguarded it is planted', existsSync(`${HOME}/.ssh`), control.stderr);
  rmSync(`${HOME}/.ssh`, { recursive: true, force: true });
  rmSync(`${HOME}/work/made`, { recursive: true, force: true });
  const permissions = { filesystem: { read: ['~/**'], write: ['~/**'] }, exec: ['/usr/bin/*', '/bin/sh'], broad: true };
  const script = `${deeds}; touch ~/work/tried; while ! test -e ~/work/go; do sleep 0.2; done; cat ~/.ssh/key; cat ~/work/linked; cat ~/work/free`;
  const { ended } = startAsDev([
    ...['/opt/ringfence/bin/ringfence', 'run', '--manifest', skill('planter', permissions)],
    ...['--', '/bin/sh', '-c', script],
  ]);
  await until(() => existsSync(`${HOME}/work/tried`), TRIED_WITHIN_MS);
  tally.check('guarded it is not', existsSync(`${HOME}/work/tried`) && !existsSync(`${HOME}/.ssh`));
  give(`${HOME}/.ssh/key`, 'made-later');
  linkSync(`${HOME}/.ssh/key`, `${HOME}/work/linked`);
  give(`${HOME}/work/free`, 'may-be-read');
  await sleep(NOTICED_WITHIN_MS);
  writeFileSync(`${HOME}/work/go`, '');
  const { stdout } = await ended;
  tally.check('control: what is granted is read', stdout.includes('may-be-read'), stdout);
  tally.check(
    'what the user made later is protected, under its other name too',
    !stdout.includes('made-later'),
    stdout,
  );
  rmSync(`${HOME}/.ssh`, { recursive: true });
}

interface Refusal {
  readonly name: string;
  readonly code: string;
  readonly spoil: (manifest: string) => void;
  readonly unsigned?: boolean;
}

function edit(change: (manifest: Record<string, never>) => unknown): (path: string) => void {
  return (path) => writeFileSync(path, JSON.stringify(change(JSON.parse(readFileSync(path, 'utf8')))));
}

const REFUSALS: readonly Refusal[] = [
  { name: 'unsigned', code: 'unsigned', unsigned: true, spoil: () => {} },
  {
    name: 'duplicate-key',
    code: 'duplicate-key',
    spoil: (path) => writeFileSync(path, readFileSync(path, 'utf8').replace('{', '{ "version": "2.0.0",')),
  },
  {
    name: 'changed-file',
    code: 'changed-file',
    spoil: (path) => writeFileSync(join(path, '../SKILL.md'), '# other\n'),
  },
  { name: 'unlisted-file', code: 'unlisted-file', spoil: (path) => give(join(path, '../added.py'), 'print()') },
  { name: 'missing-file', code: 'missing-file', spoil: (path) => rmSync(join(path, '../SKILL.md')) },
  {
    name: 'changed-manifest',
    code: 'changed-manifest',
    spoil: edit((manifest) => ({
      ...manifest,
      permissions: { exec: ['/usr/bin/*'], filesystem: { write: ['~/other/**'] } },
    })),
  },
  {
    name: 'der-signature',
    code: 'malformed-signature',
    spoil: edit((manifest) => ({
      ...manifest,
      signature: { algorithm: 'Ed25519', value: '3045022100e3b0c4', signed_by: 'dev@ringfence-guest' },
    })),
  },
  {
    name: 'short-hash',
    code: 'malformed-hash',
    spoil: edit((manifest) => ({ ...manifest, hashes: { 'SKILL.md': 'sha256:e3b0c4' } })),
  },
  {
    name: 'strange-key',
    code: 'unknown-key',
    unsigned: true,
    spoil: (path) => {
      rmSync('/tmp/strange.key', { force: true });
      rmSync('/tmp/strange.pub', { force: true });
      ringfence('manifest', 'keygen', '--out', '/tmp/strange.key', '--name', 'stranger');
      const signed = ringfence('manifest', 'sign', path, '--key', '/tmp/strange.key');
      if (signed.status !== 0) throw new Error(signed.stderr);
    },
  },
];

function refusals({ tally }: ProductSetup): void {
  const permissions = { filesystem: { write: ['~/work/**'] }, exec: ['/usr/bin/*'] };
  const marker = `${HOME}/work/ran`;
  const attempt = (manifest: string): Said => ringfence('run', '--manifest', manifest, '--', '/usr/bin/touch', marker);
  const control = attempt(skill('sound', permissions));
  tally.check('control: a sound manifest is accepted', control.status === 0 && existsSync(marker), control.stderr);
  rmSync(marker, { force: true });
  const texts = new Set<string>();
  for (const { name, code, spoil, unsigned } of REFUSALS) {
    const manifest = skill(name, permissions, !unsigned);
    spoil(manifest);
    const said = attempt(manifest);
    tally.check(
      `${name}: refused before the command`,
      said.status === REFUSED && !existsSync(marker),
      `${said.status} ${said.stderr}`,
    );
    const cause = records().findLast(({ kind }) => kind === 'refused')?.cause;
    tally.check(`${name}: on record as ${code}`, String(cause).split(', ').includes(code), String(cause));
    texts.add(said.stderr.replaceAll(name, ''));
  }
  tally.check('each has an error of its own', texts.size === REFUSALS.length, [...texts].join('\n'));
}

/** The client and its socket are granted; the location is not to be had. */
function calling({ tally }: ProductSetup): void {
  const permissions = {
    filesystem: { read: ['/opt/ringfence/**', '/run/ringfence/**'] },
    exec: ['/opt/ringfence/runtime/bin/node'],
  };
  const client = ['/opt/ringfence/runtime/bin/node', '/opt/ringfence/cli/main.js', 'ps'];
  const control = asDev(client);
  tally.check('control: outside it gets an answer', control.status === 0, control.stderr);
  const said = ringfence('run', '--manifest', skill('caller', permissions), '--', ...client);
  tally.check('inside it does not', said.status !== 0 && said.status !== REFUSED, `${said.status} ${said.stderr}`);
  const refused = records().some((record) => record.call === 'connect' && record.reason === 'location');
  tally.check('the connection is on record as refused', refused);
}

async function killing({ programs, kills, load, seed, tally }: ProductSetup, helper: Helper): Promise<void> {
  await siege({ programs, kills, load, seed, helper, tally });
  checkCompleteness(helper, tally);
  const again = ringfence('run', '--manifest', skill('again', { exec: ['/usr/bin/true'] }), '--', '/usr/bin/true');
  tally.check('a new session can begin', again.status === 0, again.stderr);
}

/** Programs, maps and links of bpf(2), all that there are. */
function objectsIn({ programs }: ProductSetup): string {
  return execFileSync(join(programs, 'kernel-objects'), { encoding: 'utf8' }).trim();
}

/** An agent attacks throughout, and gets through when the last program is gone, not before. */
async function ending(setup: ProductSetup, helper: Helper, without: string): Promise<void> {
  const { programs, tally } = setup;
  const stop = `${HOME}/work/stop`;
  const target = `${HOME}/.ssh/ended`;
  rmSync(stop, { force: true });
  give(target, 'secret');
  const flood = join(programs, 'flood');
  const { ended } = startAsDev([
    ...['/opt/ringfence/bin/ringfence', 'run', '--manifest', skill('ended', { exec: [flood] }), '--'],
    ...[flood, stop, '100000000', target],
  ]);
  await until(() => ringfence('ps').stdout.includes('ended'), 30_000);
  await helper.end('SIGTERM');
  const off = spawnSync('/opt/ringfence/bin/ringfenced', ['--off'], { encoding: 'utf8' });
  tally.check('it says so', off.status === 0 && off.stdout.startsWith('NOT ENFORCING'), off.stderr);
  const left = readdirSync('/sys/fs/bpf');
  tally.check('no pin is left', !left.some((name) => name.startsWith('ringfence')), left.join());
  const isEmpty = await until(() => objectsIn(setup) === without, 30_000);
  tally.check('no program, map or link is left', isEmpty, `${objectsIn(setup)}, before it was started ${without}`);
  await sleep(500);
  writeFileSync(stop, '');
  const { stdout } = await ended;
  const [, attempts = '0', opened = '0'] = /attempts (\d+), opened (\d+)/.exec(stdout) ?? [];
  tally.check('the agent goes on, unguarded', Number(opened) > 0 && Number(opened) < Number(attempts), stdout);
}

/** Every number that the kernel gave out is in a record; a lost event would be in a gap record. */
function checkCompleteness(helper: Helper, tally: Tally): void {
  const written = records();
  const seen = new Set(
    written.flatMap(({ kernel_sequence, kernel_sequences }) => [
      ...(kernel_sequence === undefined ? [] : [Number(kernel_sequence)]),
      ...numbersIn(kernel_sequences),
    ]),
  );
  const counters = new PinnedMap(PINS, 'counters');
  const last = Number(decodeU64(counters.get(encodeU32(0)) ?? new Uint8Array(8)));
  // held open, it would stay in the kernel when enforcement is ended
  closeSync(counters.fd);
  const lost = Array.from({ length: last }, (_, index) => index + 1).filter((number) => !seen.has(number));
  tally.check(
    'every event is on record',
    last > 100 && lost.length === 0,
    `${lost.length} of ${last} are not: ${lost.slice(0, 20)}`,
  );
  const gaps = written.filter(({ kind }) => kind === 'gap').length;
  console.log(`    ${last} events, ${written.length} records, ${gaps} gaps, ${helper.starts} starts of the helper`);
  const starts = written.filter(({ kind }) => kind === 'helper.started').length;
  // one that dies early has not come to its log
  tally.check(
    'each start that went so far is on record',
    starts > 1 && starts <= helper.starts,
    `${starts} of ${helper.starts}`,
  );
}

/** `3` and `5-9,12` as numbers. */
function numbersIn(ranges: unknown): number[] {
  if (typeof ranges !== 'string') return [];
  return ranges.split(',').flatMap((range) => {
    const [low = 0, high = low] = range.split('-').map(Number);
    return Array.from({ length: high - low + 1 }, (_, index) => low + index);
  });
}
