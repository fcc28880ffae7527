/** Sessions and records for tests, with any field changed. */

export function sampleSession(owner: number, more: object = {}): object {
  return {
    id: `session-${owner}`,
    owner,
    skillId: 'mail-triage',
    skillVersion: '1.0.0',
    keyName: 'alice',
    manifestPath: '/home/dev/skills/mail/clawmanifest.json',
    workingDirectory: '/home/dev',
    command: ['pi', '--print', 'sort my mail'],
    startedAt: '2026-01-01T00:00:00.000000Z',
    endedAt: null,
    pids: [4120, 4125],
    blocks: 2,
    ...more,
  };
}

export function sampleEntry(seq: number, owner: number, more: object = {}): { owner: number; record: object } {
  return {
    owner,
    record: {
      v: 1,
      seq,
      boot_id: 'boot',
      mono_ns: String(seq * 1000),
      timestamp: `2026-01-01T00:00:${String(seq % 60).padStart(2, '0')}.000000Z`,
      kind: 'decision',
      prev: '0'.repeat(64),
      evidence_hash: 'a'.repeat(64),
      pid: 4125,
      skill_id: 'mail-triage',
      action: 'read',
      path: '/home/dev/.ssh/id_rsa',
      verdict: 'block',
      session: `session-${owner}`,
      operation: 'read',
      call: 'open',
      reason: 'location',
      rule: null,
      location: '~/.ssh',
      uid: owner,
      owner_uid: owner,
      process_chain: [
        { pid: 4125, executable: '/usr/bin/cat' },
        { pid: 4120, executable: '/usr/bin/node' },
      ],
      ...more,
    },
  };
}

/** A held read, as a client sees it. */
export function sampleApproval(id: number, owner: number, more: object = {}): object {
  return {
    id,
    owner,
    session: 'sample-1',
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
    askedAt: '2026-01-01T00:00:00.000000Z',
    status: { state: 'held', until: new Date(Date.now() + 30_000).toISOString() },
    options: ['deny', 'allow-once', 'allow-process', 'allow-session', 'allow-15-minutes', 'allow-rule'],
    ...more,
  };
}

/** An answer in force, as a client sees it. */
export function sampleGrant(id: number, owner: number, more: object = {}): object {
  return {
    id,
    owner,
    session: 'sample-1',
    skillId: 'travel',
    request: 1,
    option: 'allow-session',
    operations: ['read'],
    object: '/home/dev/Documents/passport.txt',
    grantedAt: '2026-01-01T00:00:00.000000Z',
    until: null,
    ...more,
  };
}

/** A manifest in force, as a client sees it, without its owner. */
export function sampleManifestView(more: object = {}): object {
  const manifest = {
    skill_id: 'mail-triage',
    version: '1.0.0',
    description: 'Sorts the mail of the day.',
    permissions: {
      filesystem: { read: ['~/Maildir/**'], write: ['$WORKSPACE/**'] },
      network: { egress: ['192.0.2.25:993'] },
      exec: ['/usr/bin/python3'],
      require_approval: { filesystem: { read: ['~/Documents/**'] } },
    },
    hashes: { 'SKILL.md': `sha256:${'a'.repeat(64)}` },
    signature: { algorithm: 'Ed25519', value: `${'A'.repeat(86)}==`, signed_by: 'alice' },
  };
  return {
    path: '/home/dev/skills/mail/clawmanifest.json',
    text: `${JSON.stringify(manifest, null, 2)}\n`,
    signature: { state: 'valid', keyName: 'alice', byThisMachine: false },
    changedSince: false,
    ...more,
  };
}

/** How everyone else is held, as a client sees it. */
export function sampleEveryone(more: object = {}): object {
  return {
    stage: 'enforcing',
    since: '2026-01-01T00:00:00.000Z',
    until: null,
    overrides: [],
    accepted: [],
    trouble: null,
    ...more,
  };
}

/** What waits in a person's inbox. */
export function sampleInboxEntry(more: object = {}): { readonly id: string } {
  return {
    id: 'c'.repeat(32),
    program: '/usr/bin/rclone',
    uid: 1000,
    location: 'ssh-keys',
    operations: ['read'],
    verdict: 'block',
    count: 3,
    firstAt: '2026-01-01T00:00:00Z',
    lastAt: '2026-01-01T12:00:00Z',
    learnt: false,
    ...more,
  } as { readonly id: string };
}
