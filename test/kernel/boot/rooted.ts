/** Root inside an agent's tree, and what would act for it: the service cannot be stopped or changed, nor anything started outside. */
import { existsSync, rmdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { asDev, records, ringfence, type Said, skill, trustDev } from '../installed.ts';
import type { Tally } from '../tally.ts';
import { isActive, mainPid, systemctl, UNIT } from './service.ts';

const LOADED_FROM = '/usr/lib/systemd/system';

/** Places that systemd reads units and their settings from (systemd.unit(5)). */
const UNIT_FOLDERS = [
  '/etc/systemd/system',
  '/etc/systemd/system.control',
  '/run/systemd/system.control',
  '/run/systemd/transient',
  '/run/systemd/generator.early',
  '/run/systemd/system',
  '/run/systemd/generator',
  '/usr/local/lib/systemd/system',
  LOADED_FROM,
  '/run/systemd/generator.late',
];

/** Files that root's own programs act on: by the clock, at a log-in, when a service starts. */
const ACTED_ON = [
  '/etc/cron.d/agent',
  '/etc/cron.daily/agent',
  '/var/spool/cron/crontabs/agent',
  '/var/spool/at/agent',
  '/etc/sudoers.d/agent',
  '/run/credentials/agent',
  '/etc/credstore/agent',
];

interface Attempt {
  readonly name: string;
  readonly command: string;
  /** A file that the control makes. */
  readonly leaves?: string;
}

const DROP_IN = 'ringfenced.service.d/agent.conf';

/** Takes back what is about to be made: the file, and folders that are not there yet. systemctl takes a machine without some for another's. */
function takingBack(path: string): () => void {
  const made: string[] = [];
  for (let folder = dirname(path); !existsSync(folder); folder = dirname(folder)) made.push(folder);
  return () => {
    rmSync(path, { force: true });
    for (const folder of made.filter((each) => existsSync(each))) rmdirSync(folder);
  };
}

const ATTEMPTS: readonly Attempt[] = [
  { name: 'asks systemd by its own socket', command: `asroot systemctl show -p MainPID --value ${UNIT} | grep -q .` },
  {
    name: 'asks systemd by the bus',
    command:
      'asroot busctl call org.freedesktop.systemd1 /org/freedesktop/systemd1 org.freedesktop.systemd1.Manager GetUnit s ringfenced.service',
  },
  { name: 'starts a program of root’s by systemd', command: 'asroot systemd-run --wait --quiet /bin/true' },
  {
    name: 'starts a program by the user’s systemd',
    command: 'XDG_RUNTIME_DIR=/run/user/1000 systemd-run --user --wait --quiet /bin/true',
  },
  {
    name: 'asks logind by the bus',
    command: 'busctl call org.freedesktop.login1 /org/freedesktop/login1 org.freedesktop.login1.Manager ListSessions',
  },
  { name: 'asks polkit by the bus', command: 'pkaction --action-id io.ringfence.approve' },
  ...UNIT_FOLDERS.map((folder) => ({
    name: `writes a drop-in below ${folder}`,
    command: `asroot mkdir -p ${folder}/ringfenced.service.d && echo | asroot tee ${folder}/${DROP_IN}`,
    leaves: `${folder}/${DROP_IN}`,
  })),
  ...ACTED_ON.map((file) => ({
    name: `makes ${file}`,
    command: `asroot mkdir -p ${dirname(file)} && asroot touch ${file}`,
    leaves: file,
  })),
  {
    name: 'masks the unit by hand',
    command: 'asroot ln -s /dev/null /etc/systemd/system/ringfenced.service',
    leaves: '/etc/systemd/system/ringfenced.service',
  },
  {
    name: 'changes systemd’s own settings',
    command: 'asroot mkdir -p /etc/systemd/system.conf.d && echo | asroot tee /etc/systemd/system.conf.d/agent.conf',
    leaves: '/etc/systemd/system.conf.d/agent.conf',
  },
];

/** As much as a manifest can give. */
const EVERYTHING = {
  ...{ broad: true, exec: ['/usr/**', '/bin/**', '/opt/ringfence/**'] },
  filesystem: { read: ['/**'], write: ['/**'] },
};

/** Those attempts that succeed, all by one shell. */
function succeeding(shell: (script: string) => Said): Set<string> {
  const script = ATTEMPTS.map(
    ({ command }, index) => `(${command}) </dev/null >/dev/null 2>&1 && echo done ${index}`,
  ).join('\n');
  const { stdout } = shell(script);
  return new Set([...stdout.matchAll(/^done (\d+)$/gm)].map(([, index]) => ATTEMPTS[Number(index)]?.name ?? ''));
}

export function rooted(tally: Tally): void {
  const before = mainPid();
  trustDev();
  const manifest = skill('rooted', EVERYTHING);
  const shellInside = (script: string) => ringfence('run', '--manifest', manifest, '--', '/bin/sh', '-c', script);
  const who = shellInside('asroot id -u');
  tally.check('control: an agent can become root', who.stdout === '0\n', `${who.stdout} ${who.stderr}`);
  const takenBack = ATTEMPTS.flatMap(({ leaves }) => (leaves === undefined ? [] : takingBack(leaves)));
  const control = succeeding((script) => asDev(['/bin/sh', '-c', script]));
  for (const takeBack of takenBack) takeBack();
  const inside = succeeding(shellInside);
  for (const { name } of ATTEMPTS) {
    tally.check(`control: anybody else ${name}`, control.has(name));
    tally.check(`an agent that may become root never ${name}`, !inside.has(name));
  }
  const left = UNIT_FOLDERS.filter((folder) => existsSync(`${folder}/${DROP_IN}`));
  tally.check('nothing of it is left', left.length === 0, left.join());
  const orders = ['stop', 'kill', 'disable', 'mask', 'revert', 'edit'].map(
    (verb) => `asroot systemctl ${verb} ${UNIT}`,
  );
  shellInside(`${orders.join('\n')}\nasroot kill -KILL ${before}\nasroot systemctl daemon-reexec`);
  tally.check('its orders reach nobody', isActive() && mainPid() === before, `${before} ${mainPid()}`);
  tally.check('the unit is enabled as before', systemctl('is-enabled', UNIT).stdout.trim() === 'enabled');
  const refused = records().filter(({ verdict, call }) => verdict === 'block' && call === 'connect');
  tally.check('they are on record', refused.length > 0);
}
