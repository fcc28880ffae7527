import { createPublicKey, sign, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { generateKey, type Manifest, signingBytes, signManifest, verifySignature } from '../../core/manifest/index.ts';

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
});
