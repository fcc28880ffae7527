import type { Manifest } from '../../../../core/manifest/schema.ts';

type Whole<T> = T extends readonly unknown[] ? T : T extends object ? { [K in keyof T]-?: Whole<T[K]> } : T;

/** Every permission there is, as the schema has them: a new one is missing here until it is shown. */
const PERMISSIONS: Whole<Manifest['permissions']> = {
  filesystem: {
    read: ['~/read/**', '/home/**'],
    write: ['~/write/**'],
    create: ['~/create/**'],
    delete: ['~/delete/**'],
    deny: ['~/read/deny/**'],
  },
  network: {
    egress: ['192.0.2.1:443', 'api.example.org'],
    listen: ['127.0.0.1:3001'],
    deny: ['192.0.2.3'],
    dns: 'resolver',
    via: 'proxy',
  },
  unix_sockets: { connect: ['/run/connect.sock'], bind: ['~/bind.sock'] },
  exec: ['/usr/bin/git', { path: '/usr/bin/jq', sha256: `${'5c'.repeat(31)}99` }],
  env: { pass: ['PASS_*'], deny: ['DENY_*'] },
  broad: true,
  require_approval: {
    filesystem: {
      read: ['~/ask-read/**'],
      write: ['~/ask-write/**'],
      create: ['~/ask-create/**'],
      delete: ['~/ask-delete/**'],
    },
    network: { egress: ['192.0.2.4:443'], listen: ['127.0.0.1:3005'] },
    unix_sockets: { connect: ['/run/ask-connect.sock'] },
    exec: ['/usr/bin/ssh', { path: '/usr/bin/curl', sha256: `${'6d'.repeat(31)}88` }],
    classes: ['read:secrets', 'write:persist', 'read:new', 'write:new', 'exec:new', 'net:new-host'],
  },
};

/** A manifest that says everything a manifest can say. */
export const EVERYTHING: Manifest = {
  schema: '1.1',
  skill_id: 'everything',
  version: '3.1.4',
  name: 'Everything',
  description: 'Says all that a manifest can say.',
  critical: ['limits'],
  on_violation: 'kill',
  mode: 'audit',
  applies_to: { agents: ['claude', 'codex'], skill_root: '~/skills/everything' },
  limits: { deletions_per_minute: 21, processes: 41, bytes_sent: 51_000_000 },
  permissions: PERMISSIONS,
  hashes: { 'SKILL.md': `sha256:${'ab'.repeat(32)}` },
};
