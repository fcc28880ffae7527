/** What the unit takes from the helper is taken, and what the product does works without it. */
import { readFileSync, readlinkSync } from 'node:fs';
import { asDev, give, HOME, records, ringfence, skill, until } from '../installed.ts';
import type { Tally } from '../tally.ts';
import { mainPid, PINS, property, run, statusOf, UNIT } from './service.ts';

/** In the order of their numbers (linux/capability.h). */
const CAPABILITIES =
  'chown dac_override dac_read_search fowner fsetid kill setgid setuid setpcap linux_immutable net_bind_service net_broadcast net_admin net_raw ipc_lock ipc_owner sys_module sys_rawio sys_chroot sys_ptrace sys_pacct sys_admin sys_boot sys_nice sys_resource sys_time sys_tty_config mknod lease audit_write audit_control setfcap mac_override mac_admin syslog wake_alarm block_suspend audit_read perfmon bpf checkpoint_restore'.split(
    ' ',
  );
const SHIPPED = '/opt/ringfence/share/systemd/system/ringfenced.service';

/** Where the helper has nothing to write; and where it has. */
const CLOSED = [
  '/usr/x',
  '/etc/x',
  '/home/dev/x',
  '/root/x',
  '/tmp/x',
  '/var/x',
  '/run/x',
  '/opt/ringfence/x',
  '/sys/fs/cgroup/x',
];
const OPEN = ['/var/lib/ringfence/x', '/run/ringfence/x', '/run/ringfence-why/x', '/etc/ringfence/x', `${PINS}/x`];

function wanted(line: string): string[] {
  const [, value = ''] = new RegExp(`^${line}=(.*)$`, 'm').exec(readFileSync(SHIPPED, 'utf8')) ?? [];
  return value.split(' ').sort();
}

function capabilitiesIn(hex: string): string[] {
  const bits = BigInt(`0x${hex}`);
  return CAPABILITIES.flatMap((name, bit) => ((bits >> BigInt(bit)) & 1n ? [`CAP_${name.toUpperCase()}`] : [])).sort();
}

/** Makes a folder as root in the helper's own view of the machine, and takes it away. */
const canMake = (path: string): boolean =>
  run('nsenter', '--mount', '--target', String(mainPid()), 'mkdir', path).status === 0 &&
  run('rmdir', path).status === 0;

export async function hardened(tally: Tally): Promise<void> {
  const pid = mainPid();
  const shipped = wanted('CapabilityBoundingSet');
  for (const set of ['CapBnd', 'CapEff', 'CapPrm']) {
    const has = capabilitiesIn(statusOf(pid, set));
    tally.check(`${set} is what the unit says`, has.join() === shipped.join() && has.length > 0, has.join(' '));
  }
  tally.check('no ambient ones', BigInt(`0x${statusOf(pid, 'CapAmb')}`) === 0n);
  tally.check('it gains none', statusOf(pid, 'NoNewPrivs') === '1');
  tally.check('its calls are filtered', statusOf(pid, 'Seccomp') === '2');
  const calls = property(UNIT, 'SystemCallFilter').split(' ');
  for (const call of ['mount', 'init_module', 'reboot', 'ptrace', 'swapon', 'kexec_load', 'open_by_handle_at'])
    tally.check(`${call} is not among them`, calls.length > 100 && !calls.includes(call));
  tally.check('it is killed last', readFileSync(`/proc/${pid}/oom_score_adj`, 'utf8').trim() === '-900');
  const others = otherFilesystems(pid);
  tally.check('it sees the file systems of the machine and no others', others.length === 0, others.join());
  for (const path of CLOSED) tally.check(`it cannot write ${path}`, !canMake(path));
  for (const path of OPEN) tally.check(`it can write ${path}`, canMake(path));
  tally.check(
    'control: outside that can be written',
    run('mkdir', '/usr/x').status === 0 && run('rmdir', '/usr/x').status === 0,
  );
  await functions(tally);
}

/** Mount points of the machine where the helper's own view has another file system. Its /proc may be one of its own, of the same processes. */
function otherFilesystems(pid: number): string[] {
  const devices = (of: number | string) =>
    new Map(
      readFileSync(`/proc/${of}/mountinfo`, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => [line.split(' ')[4] ?? '', line.split(' ')[2] ?? '']),
    );
  const seen = devices(pid);
  const isSame = (point: string, device: string) =>
    seen.get(point) === device ||
    (point === '/proc' && readlinkSync(`/proc/${pid}/ns/pid`) === readlinkSync('/proc/1/ns/pid'));
  return [...devices(1)].filter(([point, device]) => !isSame(point, device)).map(([point]) => point);
}

/** Processes of the service that have another user than root. */
function confined(): number[] {
  return readFileSync(`/sys/fs/cgroup/system.slice/${UNIT}/cgroup.procs`, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map(Number)
    .filter((pid) => !statusOf(pid, 'Uid').startsWith('0\t'));
}

/** The main ways through the product, each of which needs another of the helper's rights. */
async function functions(tally: Tally): Promise<void> {
  const doctor = ringfence('doctor').stdout;
  tally.check('doctor says ENFORCING', /^ENFORCING$/m.test(doctor), doctor);
  give(`${HOME}/work/granted`, 'granted');
  give(`${HOME}/private/file`, 'private');
  const manifest = skill('worker', { filesystem: { read: ['~/work/**'] }, exec: ['/usr/bin/*', '/bin/*'] });
  const said = ringfence(
    'run',
    '--manifest',
    manifest,
    '--',
    '/bin/cat',
    `${HOME}/work/granted`,
    '/proc/self/comm',
    `${HOME}/private/file`,
  );
  // they end when there is nothing to do for a while, and are not settled at once
  const workers = () =>
    confined().map((pid) => ({
      score: readFileSync(`/proc/${pid}/oom_score_adj`, 'utf8').trim(),
      user: statusOf(pid, 'Uid'),
    }));
  let settled = workers();
  const areSettled = () => {
    settled = workers();
    return settled.length > 0 && settled.every(({ score }) => score === '500');
  };
  await until(areSettled, 10_000);
  tally.check(
    'a session reads what is granted, and of itself',
    said.stdout === 'grantedcat\n',
    `${said.stdout} ${said.stderr}`,
  );
  tally.check('and nothing else', /private\/file: Operation not permitted/.test(said.stderr), said.stderr);
  const isOnRecord = () =>
    records().some(({ verdict, path }) => verdict === 'block' && path === `${HOME}/private/file`);
  tally.check('that is on record', await until(isOnRecord, 30_000));
  const verified = asDev(['/opt/ringfence/bin/ringfence', 'audit', 'verify']);
  tally.check('the log is intact', verified.status === 0, `${verified.stdout} ${verified.stderr}`);
  tally.check(
    'workers are killed before the helper',
    settled.length > 0 && settled.every(({ score }) => score === '500'),
    JSON.stringify(settled),
  );
  const own = run('id', '-u', 'ringfence-worker').stdout.trim();
  tally.check(
    'workers have a user of their own',
    settled.length > 0 && settled.every(({ user }) => user.startsWith(`${own}\t`)),
    JSON.stringify(settled),
  );
}
