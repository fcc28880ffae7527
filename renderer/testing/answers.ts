/** What main would answer: manifests and the self-test. */

import type { Link } from '../../core/protocol/desktop.ts';
import type { Diagnosis } from '../../core/protocol/enforcement.ts';
import { type ManifestView, manifestView } from '../../core/protocol/manifest.ts';

const TRAVEL = {
  skill_id: 'travel',
  version: '1.0.0',
  name: 'Travel',
  description: 'Books trains and keeps the tickets.',
  permissions: {
    filesystem: { read: ['$SKILL/**', '$WORKSPACE/**', '/usr/share/zoneinfo/**'], write: ['$WORKSPACE/**'] },
    network: { egress: ['192.0.2.25:443', '[2001:db8::25]:443'] },
    exec: ['/usr/bin/node', '/usr/bin/cat'],
    require_approval: { filesystem: { read: ['~/Documents/**'] }, exec: ['/usr/bin/ssh'] },
  },
  hashes: { 'SKILL.md': `sha256:${'3b'.repeat(32)}`, 'scripts/book.mjs': `sha256:${'9f'.repeat(32)}` },
  signature: { algorithm: 'Ed25519', value: `${'A'.repeat(86)}==`, signed_by: 'alice' },
};

/** Says something in nearly every way a manifest can. */
const BUILDER = {
  schema: '1.1',
  skill_id: 'builder',
  version: '2.4.0',
  description: 'Builds the shop, runs its tests and starts it for a look.',
  on_violation: 'kill',
  mode: 'audit',
  applies_to: { agents: ['claude', 'codex'], skill_root: '~/skills/builder' },
  limits: { deletions_per_minute: 200, processes: 64, bytes_sent: 50_000_000 },
  permissions: {
    filesystem: {
      read: ['$SKILL/**', '$WORKSPACE/**', '~/**'],
      write: ['$WORKSPACE/dist/**', '$TMPDIR/**'],
      create: ['$WORKSPACE/reports/**'],
      delete: ['$WORKSPACE/.cache/**'],
      deny: ['$WORKSPACE/.env*', '~/Documents/**'],
    },
    network: {
      egress: ['192.0.2.25:443', '[2001:db8::25]:443', 'packages.example.org'],
      listen: ['127.0.0.1:3000-3010/tcp'],
      deny: ['169.254.169.254', '10.0.0.0/8'],
      dns: 'resolver',
    },
    unix_sockets: { connect: ['/run/postgresql/.s.PGSQL.5432'], bind: ['$TMPDIR/*.sock'] },
    exec: ['/usr/bin/{node,git}', { path: '/usr/bin/jq', sha256: '3b7e9a1c'.repeat(8) }],
    env: { pass: ['NODE_*', 'CI'], deny: ['AWS_*', 'GITHUB_TOKEN'] },
    broad: true,
    require_approval: {
      filesystem: { write: ['$WORKSPACE/package.json'], delete: ['$WORKSPACE/dist/**'] },
      exec: ['/usr/bin/ssh'],
      classes: ['read:secrets', 'write:persist', 'net:new-host'],
    },
  },
  hashes: { 'SKILL.md': `sha256:${'7c'.repeat(32)}` },
  signature: { algorithm: 'Ed25519', value: `${'A'.repeat(86)}==`, signed_by: 'Acme Tools' },
};

/** By session: one in order, one that was changed and is refused, one that says nearly everything, and that one with a changed file. */
export function sampleManifest({ session }: { readonly session: string }): ManifestView {
  if (session === 's-builder' || session === 's-dropped') {
    return manifestView.parse({
      path: '/home/dev/skills/builder/clawmanifest.json',
      text: `${JSON.stringify(BUILDER, null, 2)}\n`,
      signature:
        session === 's-builder'
          ? { state: 'valid', keyName: 'Acme Tools', byThisMachine: false }
          : { state: 'refused', reasons: ['SKILL.md is not the file that was signed.'] },
      changedSince: false,
    });
  }
  const changed = session === 's-notes';
  return manifestView.parse({
    path: changed ? '/home/dev/skills/release-notes/clawmanifest.json' : '/home/dev/skills/travel/clawmanifest.json',
    text: `${JSON.stringify(changed ? { ...TRAVEL, skill_id: 'release-notes', version: '1.2.0' } : TRAVEL, null, 2)}\n`,
    signature: changed
      ? {
          state: 'refused',
          reasons: [
            'The manifest was changed after it was signed.',
            'scripts/publish.py is not the file that was signed.',
          ],
        }
      : { state: 'valid', keyName: 'alice', byThisMachine: false },
    changedSince: changed,
  });
}

export function sampleDiagnosis(link: Link): Diagnosis {
  const enforcing = link.state === 'connected' && link.enforcement.state === 'enforcing';
  return {
    state: enforcing ? 'enforcing' : 'not-enforcing',
    kernel: '6.12.48-amd64',
    checks: [
      {
        name: 'BPF-LSM',
        ok: enforcing,
        detail: enforcing ? 'bpf is in /sys/kernel/security/lsm' : 'bpf is missing from /sys/kernel/security/lsm',
        ...(enforcing ? {} : { remedy: 'Add lsm=landlock,yama,bpf to the kernel’s command line and restart.' }),
      },
      {
        name: 'Programs',
        ok: enforcing,
        detail: enforcing ? '41 of 41 programs are attached' : '0 of 41 programs are attached',
      },
      { name: 'Missed runs', ok: true, detail: 'No program missed a run.' },
      { name: 'Record', ok: true, detail: '1,204 records, the last one 3 s ago' },
    ],
  };
}
