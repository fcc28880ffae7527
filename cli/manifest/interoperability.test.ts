import { createPublicKey, sign, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  generateKey,
  type Manifest,
  makeCoSignature,
  signingBytes,
  signManifest,
  verifySignature,
} from '../../core/manifest/index.ts';

const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex');
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');
const draft: Manifest = { skill_id: 's', version: '1', permissions: {}, hashes: {} };

describe('signatures and OpenSSL', () => {
  it('OpenSSL accepts what is signed here', () => {
    const key = generateKey('alice');
    const manifest: Manifest = JSON.parse(signManifest(draft, key.secretKey, 'alice'));
    const spki = createPublicKey({ key: Buffer.concat([SPKI_HEAD, key.publicKey]), format: 'der', type: 'spki' });
    const value = Buffer.from(manifest.signature?.value ?? '', 'base64');
    expect(verify(null, signingBytes(manifest), spki, value)).toBe(true);
    expect(verify(null, signingBytes({ ...manifest, version: '2' }), spki, value)).toBe(false);
  });

  it('what OpenSSL signs is accepted here', () => {
    const key = generateKey('alice');
    const signature = { algorithm: 'Ed25519', value: '', signed_by: 'alice' };
    const pkcs8 = { key: Buffer.concat([PKCS8_HEAD, key.secretKey]), format: 'der', type: 'pkcs8' } as const;
    const value = sign(null, signingBytes({ ...draft, signature }), pkcs8).toString('base64');
    expect(verifySignature({ ...draft, signature: { ...signature, value } }, [key])).toMatchObject({ ok: true });
  });

  it('OpenSSL accepts a co-signature, over bytes put together as docs/trust.md says', () => {
    const [alice, bob] = [generateKey('alice'), generateKey('bob')];
    const signed: Manifest = JSON.parse(signManifest(draft, alice.secretKey, 'alice'));
    const { value, ...block } = makeCoSignature(signed, bob.secretKey, 'bob');
    const body = Buffer.from(canonical({ manifest: signed, signature: block }));
    const type = 'application/vnd.ringfence.clawmanifest.cosignature.v1+json';
    const message = Buffer.concat([Buffer.from(`DSSEv1 ${type.length} ${type} ${body.length} `), body]);
    const spki = createPublicKey({ key: Buffer.concat([SPKI_HEAD, bob.publicKey]), format: 'der', type: 'spki' });
    expect(verify(null, message, spki, Buffer.from(value, 'base64'))).toBe(true);
    const other = Buffer.concat([Buffer.from(`DSSEv1 ${type.length} ${type} ${body.length + 1} `), body]);
    expect(verify(null, other, spki, Buffer.from(value, 'base64'))).toBe(false);
  });
});

/** RFC 8785 for objects whose names are ASCII and whose numbers are none. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`;
}
