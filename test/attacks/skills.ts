import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeSkill } from '../agents/skill.ts';
import { RESOLVER } from '../kernel/names/zone.ts';
import { ATTACKS, casesOf, needsNames, needsPeer } from './attack.ts';
import { FOREIGN_SERVER, NAMED_HOSTS } from './names.ts';
import { AS_ROOT, areaOf, grantedOf, HOME, NEAR_NAMES, STAGE } from './places.ts';

const KEY = `${HOME}/.config/ringfence/publisher.key`;
const DEV = 1000;

/** The two manifests of the suite: one that grants nothing of the victim's, and one that grants all of it. */
export type Variant = 'guarded' | 'granted';

export const skillId = (variant: Variant): string => `attacks-${variant}`;

const launder = areaOf({ attack: attackNamed('directory-move'), area: 'vault' });
const near = areaOf({ attack: attackNamed('near-name'), area: 'vault' });
/** What these empty and mark may be read: only the writing is refused. */
const readable = ['open-truncate', 'flags-set', 'flags-set-extended'].map((name) =>
  areaOf({ attack: attackNamed(name), area: 'vault' }),
);
const shebang = grantedOf({ attack: attackNamed('exec-shebang'), area: 'vault' });

/** Writes the signed skill of a variant and returns its manifest's path. `programs`: where the attacks lie. */
export function writeAttackSkill(variant: Variant, programs: string): string {
  const granted = variant === 'granted';
  const victim = granted ? ['~/vault/**', '~/vault-top/**', '~/.ssh/**'] : [];
  const permissions = {
    filesystem: {
      // what the attacks on skills are after, the agent may read: only the skill may not
      read: [
        '~/vault/skill-*/**',
        `${HOME}/skills/${BECOME}/**`,
        '~/work/**',
        `${near}/${NEAR_NAMES.granted}`,
        ...readable.map((area) => `${area}/**`),
        `${programs}/**`,
        ...HELD_ANYWAY,
        ...victim,
      ],
      // Names directly below repository/ may be moved, and below repository/g everything may be written.
      // A socket that may be written to, linked and moved away is not one that may be spoken to.
      write: [
        '~/work/**',
        '~/.screen/*',
        `${launder}/repository/*`,
        `${launder}/repository/g/**`,
        ...HELD_ANYWAY,
        ...victim,
      ],
    },
    network: {
      egress: [...egress(granted), ...named(granted)],
      listen: [`${RESOLVER}:53/udp`, ...(granted ? listen() : [])],
    },
    // in both places alike, or no directory could move from one to the other
    unix_sockets: {
      connect: ['~/work/skill-*/**', '~/.screen/**', ...NAMES, ...(granted ? ['~/work/**', ...victim, ...OPENED] : [])],
    },
    exec: [
      `${programs}/*`,
      AS_ROOT,
      `${HOME}/skills/${BECOME}/*`,
      '/usr/bin/bwrap',
      `${shebang}/script`,
      ...BORROWED_FROM,
      ...(granted ? executables() : []),
    ],
  };
  const skill = {
    ...{ id: skillId(variant), version: '1.0.0', document: `# Attacks, ${variant}\n`, permissions },
    ...(granted ? {} : { limits: LIMITS }),
  };
  return writeSkill(`${HOME}/skills/${skill.id}`, skill, KEY, DEV);
}

/** What the attacks on skills become: its own manifest has no word on the victim's files, unless it is to grant them. */
export const BECOME = 'attacks-become';

/** Writes that skill for a variant and returns its folder. */
export function writeBecome(variant: Variant, programs: string): string {
  const granted = variant === 'granted';
  const permissions = {
    filesystem: {
      read: ['$SKILL/**', `${programs}/**`, ...(granted ? ['~/vault/skill-*/**'] : [])],
      write: ['~/work/skill-namespace-*/**'],
    },
    unix_sockets: { connect: granted ? ['~/work/skill-*/**'] : [] },
    exec: [`${programs}/*`],
  };
  const folder = `${HOME}/skills/${BECOME}`;
  const skill = {
    ...{ id: BECOME, version: granted ? '1.1.0' : '1.0.0', document: '# Become\n', permissions },
    // the text can be executed, and is no program
    programs: { become: readFileSync(join(programs, 'become')), text: Buffer.from('echo text\n') },
  };
  writeSkill(folder, skill, KEY, DEV);
  return folder;
}

/** Programs that agents may run and that other tricks have run for them. */
const BORROWED_FROM = ['/usr/bin/git', '/usr/bin/ssh', '/usr/lib/git-core/*', '/bin/sh', '/bin/bash'];
/** Abstract names that both grant: attacks come close to the one, and are given something by the other. */
const NAMES = ['@ringfence-scripted-granted', '@ringfence-scripted-giver', '@ringfence-scripted-opener'];

/** Granted by both, so that it is not silence that refuses it: no manifest opens these. */
const HELD_ANYWAY = [
  '/dev/{vda,mem,kmsg,uinput,vcs97,net/tun}',
  '/dev/input/*',
  `${STAGE}/**`,
  '/sys/kernel/mm/**',
  '~/.bashrc',
  '~/.config/{autostart,systemd}/**',
  '~/.local/bin/*',
];

/** What the attacks on deputies want. Most are asked about all the same. */
const OPENED = ['@ringfence-scripted-*', 'docker', 'ssh-agent', 'gpg-agent', 'tmux', 'screen', 'system-log'];

/** Far more than any other attack needs. */
const LIMITS = { deletions_per_minute: 60, processes: 40, bytes_sent: 100_000 };

/** Where an attack sends too much it may send. */
function egress(granted: boolean): string[] {
  const ports = casesOf(ATTACKS, false)
    .filter((one) => needsPeer(one) && (granted || one.attack.grant === 'limit'))
    .map((one) => one.port);
  return rangesOf(ports).flatMap((range) => [`127.0.0.1:${range}`, `[::1]:${range}`]);
}

/** Joined where they follow each other: one destination holds few ranges. */
function rangesOf(ports: readonly number[]): string[] {
  const sorted = [...new Set(ports)].sort((a, b) => a - b);
  const firsts = sorted.filter((port) => !sorted.includes(port - 1));
  const lasts = sorted.filter((port) => !sorted.includes(port + 1));
  return firsts.map((first, index) => (first === lasts[index] ? `${first}` : `${first}-${lasts[index]}`));
}

/** A name, and what the attacks need to make answers of their own; where they are granted, whatever they reach for. */
function named(granted: boolean): string[] {
  const ports = casesOf(ATTACKS, false)
    .filter(needsNames)
    .map((one) => one.port);
  const range = `${Math.min(...ports)}-${Math.max(...ports)}`;
  const reached = [...NAMED_HOSTS.map((host) => `${host}:${range}`), `${FOREIGN_SERVER}:53`];
  return [`*.example.org:${range}`, '127.0.0.2:32768-60999/udp', ...(granted ? reached : [])];
}

/** One range, as one destination holds few: the attacks that listen stand together. */
function listen(): string[] {
  const ports = casesOf(ATTACKS, false)
    .filter((one) => one.attack.grant === 'listen')
    .map((one) => one.port);
  return [`*:${Math.min(...ports)}-${Math.max(...ports)}`];
}

function executables(): string[] {
  const loader = '/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2';
  return [
    ...casesOf(ATTACKS, true)
      .filter((one) => one.attack.name.startsWith('exec-'))
      .map((one) => `${grantedOf(one)}/*`),
    loader,
  ];
}

function attackNamed(name: string) {
  const attack = ATTACKS.find((candidate) => candidate.name === name);
  if (attack === undefined) throw new TypeError(`there is no attack ${name}`);
  return attack;
}
