/** The package removed and purged: nothing of it is left, and the machine goes on as if it had never been there. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { asDev, ringfence, until } from '../installed.ts';
import type { Tally } from '../tally.ts';
import { firstWords, logIn } from './before-anybody.ts';
import { AGENT, run, systemctl, UNIT, UNLISTED } from './service.ts';

const BEFORE = '/home/before-installation';
const LIST = new URL('list-machine.sh', import.meta.url).pathname;
const SCRIPTS = '/opt/ringfence/share/package';
const KEPT = '/tmp/package';
/** What dpkg removes beside /opt/ringfence. */
const FILES = ['/usr/lib/systemd/system/ringfenced.service', '/usr/share/polkit-1/actions/io.ringfence.policy'];
/** What a machine has once systemd has started and users have come, and what this guest's own start leaves. */
const OF_THE_SYSTEM =
  /^file \/(run\/(systemd|credentials|user|log|dbus|guest|utmp|sudo|motd|agetty|initctl|polkit)|var\/(lib\/(systemd|polkit-1|private|sudo)|cache|log|tmp)|sys\/fs\/bpf\/systemd|etc\/(machine-id|\.pwd\.lock|[a-z]+-|subuid|subgid|systemd\/system\/guest))/;
const OF_THE_GUEST = /^file (\/usr\/local\/bin\/ringfence|\/opt(\/ringfence)?|\/sys\/fs\/bpf)$/;

/** The kernel frees what nobody holds any more after a while. */
const FREED_WITHIN_MS = 20_000;

export interface RemovalSetup {
  readonly tally: Tally;
  readonly programs: string;
}

const lines = (text: string): Set<string> => new Set(text.split('\n').filter(Boolean));

/** What systemd and the kernel itself load. */
const OF_OTHERS = /^(program|map) (sd_|hid_|iter|dump_bpf|$)|^links 0$/;

/** Programs, tables and links that the kernel holds and that are nobody else's. */
const inTheKernel = (programs: string): string =>
  run(join(programs, 'loaded'))
    .stdout.split('\n')
    .filter((line) => line !== '' && !OF_OTHERS.test(line))
    .join('\n');

export async function removal({ tally, programs }: RemovalSetup): Promise<void> {
  tally.check('control: the kernel has programs of the guard', /^program rf_/m.test(inTheKernel(programs)));
  const installed = lines(run('/bin/sh', LIST).stdout);
  const before = lines(readFileSync(BEFORE, 'utf8'));
  const added = [...installed].filter((line) => !before.has(line));
  tally.check(
    'control: the list shows what was installed',
    added.some((line) => line.endsWith(UNIT)) &&
      added.includes('user ringfence-worker') &&
      added.some((line) => /bpf\/ringfence\/links/.test(line)),
    added.slice(0, 20).join('\n'),
  );
  run('cp', '-r', SCRIPTS, KEPT);
  const removed = run('/bin/sh', `${KEPT}/prerm`, 'remove');
  tally.check(
    'prerm ends well',
    removed.status === 0 && /NOT ENFORCING/.test(removed.stdout),
    removed.stdout + removed.stderr,
  );
  for (const path of FILES) {
    tally.check(`${path} was installed`, existsSync(path));
    rmSync(path, { force: true });
  }
  run('find', '/opt/ringfence', '-mindepth', '1', '-delete');
  for (const how of ['remove', 'purge']) {
    const done = run('/bin/sh', `${KEPT}/postrm`, how);
    tally.check(`postrm ${how} ends well`, done.status === 0, done.stderr);
    if (how === 'remove') tally.check('the evidence log stays until a purge', existsSync('/var/lib/ringfence/audit'));
  }
  const isEmpty = await until(() => inTheKernel(programs) === '', FREED_WITHIN_MS);
  tally.check('the kernel has none of it', isEmpty, inTheKernel(programs));
  const now = lines(run('/bin/sh', LIST).stdout);
  const left = [...now].filter((line) => !before.has(line) && !OF_THE_SYSTEM.test(line) && !OF_THE_GUEST.test(line));
  tally.check('no file, user, group or pin is left', left.length === 0, left.join('\n'));
  const missing = [...before].filter((line) => !now.has(line) && !/ringfence/.test(line));
  tally.check('nothing of the machine’s own is gone', missing.length === 0, missing.join('\n'));
  tally.check('systemd knows no such unit', systemctl('cat', UNIT).status !== 0);
  const running = run('pgrep', '-f', '/opt/ringfence/bin|ringfence-(watchdog|cage)').stdout;
  tally.check('none of its processes runs', running === '', running);
  tally.check('the command is gone', ringfence('doctor').status !== 0);
  await unguarded(tally);
}

/** The same first programs, by the same ways. */
async function unguarded(tally: Tally): Promise<void> {
  rmSync('/home/dev/first.txt', { force: true });
  systemctl('restart', 'user@1000.service');
  for (const [program, { word }] of await firstWords())
    tally.check(`control: without the guard the user’s first program ${program} reads the key`, word === 'read', word);
  await logIn(tally, 'read', AGENT, UNLISTED);
  tally.check('control: and at any other time', asDev([AGENT]).stdout === 'read\n');
}
