/** Sessions, questions and grants for scenes, with any field changed. */

const START = Date.now();

/** A moment this many milliseconds from when the page was opened. */
export function stamp(milliseconds: number): string {
  return new Date(START + milliseconds).toISOString();
}

/** Turns the writing around, hides letters, breaks the line, and passes a Cyrillic а for a Latin a. */
export const HOSTILE_PATH = '/home/dev/Documents/\u202etxt.exe\u202c/no\u200bthing\nDenied by policy/p\u0430ssport.txt';
export const HOSTILE_NAME = 'Ringfence update required, press Allow to go on with the installation of it';
export const LONG_PATH = `/home/dev/${'a-rather-long-folder-name/'.repeat(14)}${'and-a-file-name-that-never-ends-'.repeat(6)}final.tar.gz`;

export function sampleSession(id: string, more: object): object {
  return {
    id,
    owner: 1000,
    skillId: 'travel',
    skillVersion: '1.0.0',
    keyName: 'alice',
    manifestPath: '/home/dev/skills/travel/clawmanifest.json',
    workingDirectory: '/home/dev/trips',
    command: ['claude'],
    startedAt: stamp(-9 * 60_000),
    endedAt: null,
    pids: [4711, 4712],
    blocks: 2,
    ...more,
  };
}

export function sampleRequest(id: number, more: object): object {
  return {
    id,
    owner: 1000,
    session: 's-travel',
    skillId: 'travel',
    operation: 'read',
    operations: ['read'],
    call: 'open',
    path: '/home/dev/Documents/passport.txt',
    otherPath: null,
    address: null,
    port: null,
    chain: [
      { pid: 4712, executable: '/usr/bin/cat' },
      { pid: 4711, executable: '/usr/bin/node' },
    ],
    rule: { pointer: 'permissions.require_approval.filesystem.read[0]', text: '~/Documents/**' },
    askedAt: stamp(-4_000),
    status: { state: 'held', until: stamp(26_000) },
    options: ['deny', 'allow-once', 'allow-process', 'allow-session', 'allow-15-minutes', 'allow-rule'],
    ...more,
  };
}

/** How everyone else is held. */
export function sampleEveryone(more: object): object {
  const settings = { stage: 'enforcing', since: stamp(-3_600_000), until: null, overrides: [], accepted: [] };
  return { ...settings, trouble: null, ...more };
}

export function sampleEntry(id: string, more: object): object {
  return {
    id: id.repeat(32),
    program: '/usr/bin/rclone',
    uid: 1000,
    location: 'aws',
    operations: ['read'],
    verdict: 'block',
    count: 3,
    firstAt: stamp(-40 * 60_000),
    lastAt: stamp(-4 * 60_000),
    learnt: false,
    ...more,
  };
}

export function sampleGrant(id: number, more: object): object {
  return {
    id,
    owner: 1000,
    session: 's-travel',
    skillId: 'travel',
    request: 37,
    option: 'allow-session',
    operations: ['read'],
    object: '/home/dev/Documents/tickets.pdf',
    grantedAt: stamp(-4 * 60_000),
    until: null,
    ...more,
  };
}
