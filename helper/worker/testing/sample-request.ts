import { generateKey, type Manifest, signManifest } from '../../../core/manifest/index.ts';
import type { BindRequest } from '../binding.ts';

const key = generateKey('alice');
const CONTENT = 'a'.repeat(64);

const MANIFEST: Manifest = {
  skill_id: 'mail-triage',
  version: '1.0.0',
  permissions: {
    filesystem: { read: ['~/Maildir/**', '$SKILL/**'], write: ['$WORKSPACE/**'] },
    network: { egress: ['127.0.0.1:8080', '10.0.0.0/8:443'] },
    exec: ['/usr/bin/cat'],
  },
  hashes: { 'SKILL.md': `sha256:${CONTENT}` },
};

/** A request for a signed manifest, with any part changed. */
export function sampleRequest(more: Partial<BindRequest> & { readonly sign?: boolean } = {}): BindRequest {
  const { sign = true, ...parts } = more;
  const text = sign ? signManifest(MANIFEST, key.secretKey, 'alice') : JSON.stringify(MANIFEST);
  return {
    manifest: new TextEncoder().encode(text),
    manifestName: 'clawmanifest.json',
    detached: null,
    revocations: [],
    now: Date.parse('2026-06-01T00:00:00Z'),
    keys: [{ keyId: key.keyId, name: key.name, publicKey: key.publicKey }],
    entries: [{ kind: 'file', path: 'SKILL.md', sha256: CONTENT, links: 1, bytes: 5 }],
    context: { home: '/home/dev', workspace: '/home/dev/project', skill: '/home/dev/skills/mail', tmpdir: '/tmp' },
    mounts: [
      { device: 1, root: '/', mountpoint: '/', type: 'ext4' },
      { device: 2, root: '/', mountpoint: '/home', type: 'ext4' },
    ],
    ...parts,
  };
}
