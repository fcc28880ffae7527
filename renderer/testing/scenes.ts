/** States that the windows can be in, each with a name. What the page is looked at with, and what its tests walk through. */
import { type DesktopState, desktopState, type Screen, type WindowKind } from '../../core/protocol/desktop.ts';
import {
  HOSTILE_NAME,
  HOSTILE_PATH,
  LONG_PATH,
  sampleEntry,
  sampleEveryone,
  sampleGrant,
  sampleRequest,
  sampleSession,
  stamp,
} from './samples.ts';

export type Scene = {
  readonly window: WindowKind;
  /** Which screen of the main window. */
  readonly screen?: Screen;
  readonly state: DesktopState;
  /** How many records the history holds. */
  readonly records: number;
};

const ENFORCING = { state: 'enforcing', kernel: '6.12.48-amd64' };
const CONNECTED = { state: 'connected', helperVersion: '0.1.0', enforcement: ENFORCING };

const SESSIONS = [
  sampleSession('s-travel', {
    skillId: 'travel',
    pids: [4711, 4712, 4720, 4731],
    command: ['claude', '--print', 'book the train'],
  }),
  sampleSession('s-notes', {
    skillId: 'release-notes',
    skillVersion: '1.2.0',
    keyName: 'Acme Tools',
    startedAt: stamp(-52 * 60_000),
    pids: [5120, 5121],
    blocks: 14,
    command: ['codex', 'exec', 'write the release notes'],
    workingDirectory: '/home/dev/src/shop',
    manifestPath: '/home/dev/skills/release-notes/clawmanifest.json',
  }),
];

const BUILDER = sampleSession('s-builder', {
  skillId: 'builder',
  skillVersion: '2.4.0',
  keyName: 'Acme Tools',
  startedAt: stamp(-3 * 60_000),
  pids: [6001, 6002, 6010],
  blocks: 1,
  command: ['claude', 'build and test the shop'],
  workingDirectory: '/home/dev/src/shop',
  manifestPath: '/home/dev/skills/builder/clawmanifest.json',
});
const AUDITED = [{ ...BUILDER, mode: 'audit', modeUntil: stamp(2 * 3_600_000) }, ...SESSIONS];
const PERMISSIVE = [{ ...BUILDER, mode: 'permissive', modeUntil: null }, ...SESSIONS];
const SET = { mode: 'audit', since: stamp(-60_000), until: stamp(2 * 3_600_000), ended: false };
const MACHINE_AUDIT = { machine: SET, agents: [] };
const CLAUDE_AUDIT = { machine: null, agents: [{ agent: 'claude', ...SET }] };
const DROPPED = [{ ...BUILDER, id: 's-dropped', mode: 'enforce', trust: 'dropped' }, ...SESSIONS];

const PASSPORT = sampleRequest(41, {});
const CONNECT = sampleRequest(42, {
  session: 's-notes',
  skillId: 'release-notes',
  operation: 'connect',
  operations: ['connect'],
  call: 'connect',
  path: null,
  address: '2001:db8::25',
  port: 443,
  chain: [
    { pid: 5121, executable: '/usr/bin/python3.13' },
    { pid: 5120, executable: '/usr/bin/codex' },
  ],
  rule: { pointer: 'permissions.require_approval.network.egress[0]', text: '2001:db8::/32' },
  status: { state: 'held', until: stamp(24_000) },
});
const RENAME = sampleRequest(43, {
  operation: 'write',
  operations: ['delete', 'create'],
  call: 'rename',
  path: '/home/dev/src/shop/.env.production',
  otherPath: '/home/dev/src/shop/public/env.txt',
  status: { state: 'held', until: stamp(28_000) },
});
const REFUSED = sampleRequest(38, {
  operation: 'exec',
  operations: ['exec'],
  call: 'exec',
  path: '/usr/bin/ssh',
  askedAt: stamp(-4 * 60_000),
  rule: { pointer: 'permissions.require_approval.exec[2]', text: '/usr/bin/ssh' },
  status: { state: 'refused', because: 'timed-out' },
});
const HOSTILE = sampleRequest(44, {
  path: HOSTILE_PATH,
  skillId: HOSTILE_NAME,
  chain: [
    { pid: 9912, executable: `/tmp/.x/${'a'.repeat(180)}` },
    { pid: 9911, executable: null },
    { pid: 9001, executable: '/usr/bin/bash' },
    { pid: 4711, executable: '/usr/bin/node' },
  ],
});
const LONG = sampleRequest(45, { path: LONG_PATH, operation: 'write', operations: ['read', 'write'] });

const ENDED = [
  {
    request: sampleRequest(37, { path: '/home/dev/Documents/tickets.pdf' }),
    outcome: 'allowed',
    endedAt: stamp(-60_000),
  },
  { request: CONNECT, outcome: 'denied', endedAt: stamp(-3 * 60_000) },
  {
    request: sampleRequest(35, { path: '/home/dev/.config/gh/hosts.yml' }),
    outcome: 'timed-out',
    endedAt: stamp(-9 * 60_000),
  },
  {
    request: sampleRequest(34, { path: '/home/dev/Documents/a.txt' }),
    outcome: 'withdrawn',
    endedAt: stamp(-12 * 60_000),
  },
];

const GRANTS = [
  sampleGrant(1, {}),
  sampleGrant(2, {
    session: 's-notes',
    skillId: 'release-notes',
    request: 33,
    option: 'allow-15-minutes',
    operations: ['connect'],
    object: '[2001:db8::7]:443',
    until: stamp(11 * 60_000),
  }),
];

const NPM = sampleEntry('a', {
  program: '/usr/bin/python3.13',
  script: '/home/dev/src/shop/node_modules/left-trim/postinstall.py',
  location: 'ssh-keys',
  obstacle:
    'the folder /home/dev, in which /home/dev/src/shop/node_modules/left-trim/postinstall.py lies, can be written by others than root, so anything could take its place. Install the program for all users, from a package or as root: sudo install -m 755 PROGRAM /usr/local/bin/',
});
const STOPPED = { more: 0, entries: [NPM, sampleEntry('b', { operations: ['read', 'write'] })] };
const LEARNT = {
  more: 0,
  entries: [
    sampleEntry('c', { verdict: 'audit', learnt: true }),
    sampleEntry('d', { program: '/usr/bin/restic', location: 'ssh-keys', verdict: 'audit', learnt: true, count: 120 }),
    { ...NPM, id: 'e'.repeat(32), verdict: 'audit', learnt: true },
  ],
};
const STRANGE = {
  more: 412,
  entries: [
    sampleEntry('1', { program: HOSTILE_PATH, script: LONG_PATH, location: 'no-such-place', count: 90_071_992 }),
    sampleEntry('2', { program: `/${HOSTILE_NAME}` }),
  ],
};
const LEARNING = sampleEveryone({ stage: 'learning', until: stamp(20 * 3_600_000) });
const AUDIT_ALL = sampleEveryone({ stage: 'audit' });
const ACCEPTED = sampleEveryone({
  accepted: [
    { program: '/usr/bin/restic', location: '*', since: stamp(-86_400_000), by: 1000 },
    { program: '/usr/bin/rclone', location: 'ssh-keys', since: stamp(-86_400_000), by: 0 },
  ],
});
const OPEN = sampleEveryone({ overrides: [{ location: 'ssh-keys', others: 'allow' }] });
const BROKEN = sampleEveryone({ trouble: 'the catalogue does not fit into the kernel’s tables' });

const BASE = {
  link: CONNECTED,
  answering: { state: 'possible' },
  version: '0.1.0',
  runtime: 'Electron 45.5.0, Chromium 152',
  sessions: SESSIONS,
  approvals: [],
  grants: [],
  ended: [],
};

function state(more: object): DesktopState {
  return desktopState.parse({ ...BASE, ...more });
}

const NOT_ENFORCING = {
  ...CONNECTED,
  enforcement: {
    state: 'not-enforcing',
    kernel: '6.18.5',
    reason: 'The kernel was started without BPF-LSM.',
    remedy: 'Add lsm=landlock,yama,bpf to the kernel’s command line and restart.',
  },
};
const LOST = {
  state: 'lost',
  since: stamp(-12_000),
  message: 'The helper closed the connection.',
  remedy: 'sudo systemctl restart ringfenced',
};
const LINKS = {
  absent: {
    state: 'absent',
    message: 'No helper runs on this machine.',
    remedy: 'sudo systemctl enable --now ringfenced',
  },
  incompatible: {
    state: 'incompatible',
    message: 'The helper speaks version 3 of the protocol, this app version 2.',
    remedy: 'sudo apt install --reinstall ringfence',
  },
  denied: {
    state: 'denied',
    message: 'This app was started inside an agent’s process tree.',
    remedy: 'Close it and start Ringfence from the desktop’s menu.',
  },
};
const FOUR = [PASSPORT, CONNECT, RENAME, REFUSED];
const VIEW_ONLY = {
  state: 'view-only',
  reason: 'This copy was not installed. Install Ringfence to answer questions with it.',
};

const prompt = (more: object): Scene => ({ window: 'prompt', state: state(more), records: 0 });
const main = (screen: Screen, more: object, records = 240): Scene => ({
  window: 'main',
  screen,
  state: state(more),
  records,
});

export const SCENES = {
  'prompt-held': prompt({ approvals: [PASSPORT] }),
  'prompt-four': prompt({ approvals: FOUR, ended: ENDED }),
  'prompt-refused': prompt({ approvals: [REFUSED] }),
  'prompt-address': prompt({ approvals: [CONNECT] }),
  'prompt-hostile': prompt({ approvals: [HOSTILE] }),
  'prompt-right-to-left': prompt({ approvals: [sampleRequest(45, { path: '/home/שלום/ירושלים/תיק/ssh/key' })] }),
  'prompt-long': prompt({ approvals: [LONG] }),
  'prompt-rename': prompt({ approvals: [RENAME] }),
  'prompt-view-only': prompt({ approvals: [PASSPORT], answering: VIEW_ONLY }),
  'prompt-permissive': prompt({
    approvals: [sampleRequest(46, { session: 's-builder', skillId: 'builder' })],
    sessions: PERMISSIVE,
  }),
  'prompt-nothing': prompt({ ended: ENDED }),
  'prompt-not-enforcing': prompt({ link: NOT_ENFORCING }),
  'prompt-lost': prompt({ approvals: [PASSPORT], link: LOST }),
  'approvals-empty': main('approvals', { sessions: [] }),
  'approvals-busy': main('approvals', { approvals: FOUR, grants: GRANTS, ended: ENDED }),
  'approvals-audited': main('approvals', { sessions: AUDITED }),
  'approvals-lost': main('approvals', { approvals: FOUR, grants: GRANTS, link: LOST }),
  'approvals-absent': main('approvals', { sessions: [], link: LINKS.absent }),
  'approvals-incompatible': main('approvals', { sessions: [], link: LINKS.incompatible }),
  'approvals-denied': main('approvals', { sessions: [], link: LINKS.denied }),
  'approvals-connecting': main('approvals', { sessions: [], link: { state: 'connecting' } }),
  'approvals-not-enforcing': main('approvals', { sessions: [], link: NOT_ENFORCING }),
  'approvals-hostile': main('approvals', { approvals: [HOSTILE, LONG] }),
  'approvals-view-only': main('approvals', { approvals: [PASSPORT], answering: VIEW_ONLY }),
  'agents-two': main('agents', { grants: GRANTS, approvals: FOUR }),
  'agents-builder': main('agents', { sessions: [BUILDER] }),
  'agents-audited': main('agents', { sessions: AUDITED }),
  'agents-permissive': main('agents', { sessions: PERMISSIVE }),
  'agents-trust-dropped': main('agents', { sessions: DROPPED }),
  'agents-none': main('agents', { sessions: [] }),
  'agents-not-enforcing': main('agents', { sessions: [], link: NOT_ENFORCING }),
  'agents-lost': main('agents', { link: LOST }),
  'everyone-stopped': main('everyone', { everyone: ACCEPTED, inbox: STOPPED }),
  'everyone-held': main('everyone', { everyone: sampleEveryone({}) }),
  'everyone-learning': main('everyone', { everyone: LEARNING, inbox: LEARNT }),
  'everyone-learnt': main('everyone', { everyone: sampleEveryone({}), inbox: LEARNT }),
  'everyone-learning-empty': main('everyone', { everyone: LEARNING }),
  'everyone-audit': main('everyone', { everyone: AUDIT_ALL, inbox: STOPPED }),
  'everyone-open': main('everyone', { everyone: OPEN }),
  'everyone-trouble': main('everyone', { everyone: BROKEN, inbox: STOPPED }),
  'everyone-hostile': main('everyone', { everyone: sampleEveryone({}), inbox: STRANGE }),
  'everyone-none': main('everyone', {}),
  'everyone-lost': main('everyone', { everyone: LEARNING, link: LOST }),
  'history-some': main('history', {}),
  'history-many': main('history', {}, 12_000),
  'history-empty': main('history', {}, 0),
  'history-lost': main('history', { link: LOST }),
  'status-enforcing': main('status', {}),
  'status-learning': main('status', { everyone: LEARNING }),
  'status-audited': main('status', { sessions: AUDITED, modes: CLAUDE_AUDIT }),
  'status-machine-audited': main('status', { sessions: [], modes: MACHINE_AUDIT }),
  'status-not-enforcing': main('status', { sessions: [], link: NOT_ENFORCING }),
  'status-absent': main('status', { sessions: [], link: LINKS.absent }),
} as const satisfies Record<string, Scene>;

export type SceneName = keyof typeof SCENES;

export function isSceneName(name: string): name is SceneName {
  return Object.hasOwn(SCENES, name);
}
