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

/** By session: one in order, one that was changed and is refused. */
export function sampleManifest({ session }: { readonly session: string }): ManifestView {
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
