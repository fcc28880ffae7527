/** Whom the guard believes: a stranger's key, trusted by root and by nobody else, skills bound to it, and no way back to what was. */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { give, type Helper, HOME, records, ringfence, type Said } from '../installed.ts';
import type { Tally } from '../tally.ts';
import { agent, asRoot, RINGFENCE, WORK } from './grey.ts';

const KEYS = '/etc/ringfence/trusted-keys.d';
const MEMORY = '/var/lib/ringfence/trust/memory.json';
const STRANGER = join(HOME, 'stranger');
const FOLDER = join(HOME, 'skills/letters');
const MANIFEST = join(FOLDER, 'clawmanifest.json');
const RAN = join(WORK, 'letters-ran');
const NOT_RUN = 125;

interface Setup {
  readonly tally: Tally;
  readonly helper: Helper;
}

export async function trusting({ tally, helper }: Setup): Promise<void> {
  give(WORK);
  ringfence('manifest', 'keygen', '--out', `${STRANGER}.key`, '--name', 'stranger');
  byStranger('1.0.0');
  await firstUse(tally);
  await noWayBack(tally, helper);
  otherKeys(tally);
  damaged(tally);
  revoked(tally);
}

/** Signs the skill's manifest anew, as a version. */
function sign(version: string, ...options: string[]): string {
  const permissions = { exec: ['/usr/bin/*'], filesystem: { write: [`${WORK}/**`] } };
  give(join(FOLDER, 'SKILL.md'), '# Letters\n');
  give(MANIFEST, JSON.stringify({ skill_id: 'letters', version, permissions, hashes: {} }));
  const signed = ringfence('manifest', 'sign', FOLDER, ...options);
  if (signed.status !== 0) throw new Error(signed.stderr);
  return readFileSync(MANIFEST, 'utf8');
}

const byStranger = (version: string) => sign(version, '--key', `${STRANGER}.key`, '--publish-key');

/** Runs the skill; whether it did anything is seen by what it leaves. */
function attempt(): Said & { readonly ran: boolean } {
  rmSync(RAN, { force: true });
  const said = ringfence('run', '--manifest', MANIFEST, '--', '/usr/bin/touch', RAN);
  return { ...said, ran: existsSync(RAN) };
}

function isRefused(tally: Tally, name: string, code: string, words: RegExp = /./): void {
  const { status, ran, stderr } = attempt();
  const isRight = status === NOT_RUN && !ran && stderr.includes(`${code}: `) && words.test(stderr);
  tally.check(`${name}: refused, ${code}`, isRight, stderr);
}

function runs(tally: Tally, name: string): void {
  const { ran, stderr } = attempt();
  tally.check(`${name}: it runs`, ran, stderr);
}

const keyFiles = () => (existsSync(KEYS) ? readdirSync(KEYS) : []);
const kinds = () => records().map(({ kind }) => kind);

async function firstUse(tally: Tally): Promise<void> {
  const before = keyFiles();
  isRefused(tally, 'control: a stranger’s skill', 'unknown-key', /ringfence keys trust/);
  const asUser = ringfence('keys', 'trust', MANIFEST, '--yes');
  tally.check(
    'the user alone cannot trust the key',
    asUser.status === 1 && asUser.stdout.includes('sha256:'),
    asUser.stderr,
  );
  tally.check('which is on record', kinds().includes('trust.change-refused'));
  tally.check('and no key is there', keyFiles().join() === before.join());
  const { ended } = agent(RINGFENCE, 'keys', 'trust', MANIFEST, '--yes');
  const { status, stderr } = await ended;
  tally.check('an agent cannot, it does not even reach the helper', status !== 0, stderr);
  tally.check('and still no key is there', keyFiles().join() === before.join());
  const asRootSaid = asRoot(RINGFENCE, 'keys', 'trust', MANIFEST, '--yes');
  tally.check('root can', asRootSaid.status === 0, asRootSaid.stderr);
  tally.check(
    'it shows what the skill may do',
    asRootSaid.stdout.includes(`filesystem.write  ${WORK}/**`),
    asRootSaid.stdout,
  );
  tally.check('the trust is on record', kinds().includes('trust.key-added'));
  runs(tally, 'trusted');
}

async function noWayBack(tally: Tally, helper: Helper): Promise<void> {
  const first = readFileSync(MANIFEST, 'utf8');
  const second = byStranger('1.0.0');
  runs(tally, 'the same version signed again');
  writeFileSync(MANIFEST, first);
  isRefused(tally, 'the earlier signing of it put back', 'same-version');
  writeFileSync(MANIFEST, second.replace('"version": ', '"version":  '));
  isRefused(tally, 'one space more', 'changed-manifest');
  byStranger('1.1.0');
  runs(tally, 'a newer version');
  byStranger('1.0.9');
  isRefused(tally, 'an older one, signed just now', 'rolled-back', /1\.0\.9 is older than 1\.1\.0/);
  await helper.end('SIGKILL');
  await helper.start();
  isRefused(tally, 'also by the next helper', 'rolled-back');
}

function otherKeys(tally: Tally): void {
  const mine = sign('2.0.0');
  isRefused(tally, 'the same skill by another trusted key', 'other-key', /ringfence keys repin/);
  const asUser = ringfence('keys', 'repin', 'letters', '--yes');
  tally.check('the user alone cannot bind it anew', asUser.status === 1, asUser.stderr);
  const said = asRoot(RINGFENCE, 'keys', 'repin', 'letters', '--yes');
  tally.check('root can', said.status === 0, said.stderr);
  writeFileSync(MANIFEST, mine);
  runs(tally, 'bound anew');
  byStranger('3.0.0');
  asRoot(RINGFENCE, 'keys', 'repin', 'letters', '--yes');
  runs(tally, 'bound to the first again');
}

function damaged(tally: Tally): void {
  const sound = readFileSync(MEMORY);
  writeFileSync(MEMORY, sound.subarray(0, sound.length - 10));
  const { status, ran, stderr } = attempt();
  tally.check('with a damaged memory nothing starts', status === NOT_RUN && !ran, stderr);
  tally.check('and it says what to do', stderr.includes(MEMORY) && /root/.test(stderr), stderr);
  writeFileSync(MEMORY, sound);
  runs(tally, 'restored');
}

function revoked(tally: Tally): void {
  const said = asRoot(RINGFENCE, 'keys', 'revoke', 'stranger', '--reason', 'lost on a train', '--yes');
  tally.check('root revokes the key', said.status === 0, said.stderr);
  isRefused(tally, 'from then on', 'revoked-key', /lost on a train/);
  const again = asRoot(RINGFENCE, 'keys', 'trust', MANIFEST, '--yes');
  tally.check(
    'it cannot be trusted any more',
    again.status === 1 && again.stderr.includes('lost on a train'),
    again.stderr,
  );
  tally.check('the revocation is on record', kinds().includes('trust.key-revoked'));
  const listed = ringfence('keys', 'list');
  tally.check('and in the list', /stranger \(REVOKED\)/.test(listed.stdout), listed.stdout);
}
