import { createHash, createPrivateKey, type KeyObject, sign } from 'node:crypto';
import type { TrustedKey } from '../../core/manifest/index.ts';
import { generateManifest } from './generate-manifest.ts';
import { mutateBytes } from './mutate-bytes.ts';
import { mutateTree } from './mutate-tree.ts';
import { Random } from './random.ts';
import { canonicalText } from './reference/canonical.ts';
import {
  type AffinePoint,
  add,
  decodePoint,
  encodePoint,
  IDENTITY,
  littleEndian,
  multiply,
  ORDER,
  ORDER_EIGHT,
  toLittleEndian,
} from './reference/edwards.ts';
import { preImage, sha256 } from './reference/signature.ts';
import { randomStyle, renderJson } from './render-json.ts';

/** What was done to an honestly signed manifest, and how often in a thousand. */
const KINDS = {
  honest: 150,
  'other spelling': 60,
  'manifest changed': 130,
  'bytes changed': 80,
  'signature bit': 90,
  'signature block': 100,
  encoding: 90,
  'S plus L': 60,
  'R changed': 40,
  'other key': 70,
  'key bit': 50,
  'small order': 40,
  'mixed order': 20,
  'R with torsion': 15,
  'other pre-image': 60,
  'other manifest': 25,
  'co-signed': 60,
} as const;
export type VerifierKind = keyof typeof KINDS;

export type VerifierInput = {
  readonly kind: VerifierKind;
  readonly bytes: Uint8Array;
  readonly keys: readonly TrustedKey[];
};

type Json = Record<string, unknown>;
type Signer = {
  readonly secret: KeyObject;
  readonly seed: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly name: string;
};

const SIGNERS: readonly Signer[] = Array.from({ length: 16 }, (_, index) => signerOf(index));

/** From fixed seeds, so that a case is the same in every run. */
function signerOf(index: number): Signer {
  const seed = createHash('sha256').update(`ringfence fuzz ${index}`).digest();
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  const secret = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const publicKey = Buffer.from(String(secret.export({ format: 'jwk' }).x), 'base64url');
  return { secret, seed, publicKey: Uint8Array.from(publicKey), name: `signer ${index}` };
}

export function verifierInput(seed: number, index: number): VerifierInput {
  const random = new Random(seed, 'verifier', index);
  const kind = random.weighted(KINDS);
  const signer = random.pick(SIGNERS);
  const manifest = signed(unsigned(random), signer, random);
  const others = Array.from({ length: random.below(3) }, () => trusted(random.pick(SIGNERS)));
  const keys = distinct(random.chance(0.5) ? [trusted(signer), ...others] : [...others, trusted(signer)]);
  return { kind, keys, bytes: encode(manifest), ...change(kind, { random, signer, manifest, keys }) };
}

type Honest = {
  readonly random: Random;
  readonly signer: Signer;
  readonly manifest: Json;
  readonly keys: readonly TrustedKey[];
};

function trusted({ publicKey, name }: Signer): TrustedKey {
  return { keyId: sha256(publicKey), name, publicKey };
}

function distinct(keys: readonly TrustedKey[]): TrustedKey[] {
  return [...new Map(keys.map((key) => [key.keyId, key])).values()];
}

function encode(manifest: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(manifest, null, 2));
}

function unsigned(random: Random): Json {
  const { signature: _, hashes: __, critical: ___, signatures: ____, ...rest } = generateManifest(random) as Json;
  return { skill_id: 's', version: '1', permissions: {}, ...rest, hashes: {} };
}

/** With or without what tells a reader more: key id and digest. */
function signed(content: Json, signer: Signer, random: Random, type?: string): Json {
  const block: Json = { algorithm: 'Ed25519', value: '', signed_by: signer.name };
  if (random.chance(0.7)) block.key_id = sha256(signer.publicKey);
  if (random.chance(0.7)) block.digest = sha256(canonicalText(content));
  return withSignature({ ...content, signature: block }, signer, type);
}

function withSignature(manifest: Json, { secret }: Signer, type?: string): Json {
  return withValue(manifest, sign(null, signedBytes(manifest, type), secret));
}

function signedBytes({ signature, ...content }: Json, type?: string): Buffer {
  const { value: _, ...block } = signature as Json;
  return preImage(canonicalText({ ...content, signature: block }), type);
}

function withValue(manifest: Json, value: Uint8Array | string): Json {
  const text = typeof value === 'string' ? value : Buffer.from(value).toString('base64');
  return { ...manifest, signature: { ...(manifest.signature as Json), value: text } };
}

function signatureOf(manifest: Json): Buffer {
  return Buffer.from(String((manifest.signature as Json).value), 'base64');
}

function change(kind: VerifierKind, honest: Honest): Partial<VerifierInput> {
  const { random, signer, manifest } = honest;
  switch (kind) {
    case 'honest':
      return {};
    case 'other spelling':
      return {
        bytes: new TextEncoder().encode(renderJson(shuffled(manifest, random), random, randomStyle(random, 0))),
      };
    case 'manifest changed':
      return { bytes: encode(mutateTree(structuredClone(manifest) as never, random, random.between(1, 2))) };
    case 'bytes changed':
      return { bytes: mutateBytes(encode(manifest), random, random.between(1, 2)) };
    case 'signature bit':
      return { bytes: encode(withValue(manifest, flipped(signatureOf(manifest), random))) };
    case 'signature block':
      return { bytes: encode({ ...manifest, signature: changedBlock(manifest.signature as Json, random) }) };
    case 'encoding':
      return { bytes: encode(withValue(manifest, otherEncoding(signatureOf(manifest), random))) };
    case 'S plus L':
      return { bytes: encode(withValue(manifest, otherScalar(signatureOf(manifest), random))) };
    case 'R changed':
      return { bytes: encode(withValue(manifest, otherCommitment(signatureOf(manifest), random))) };
    case 'other key':
      return otherKey(honest);
    case 'key bit': {
      const publicKey = Uint8Array.from(flipped(Buffer.from(signer.publicKey), random));
      return {
        keys: [
          { ...trusted(signer), publicKey, keyId: random.chance(0.5) ? sha256(publicKey) : sha256(signer.publicKey) },
        ],
      };
    }
    case 'small order':
      return smallOrder(honest);
    case 'mixed order':
      return mixedOrder(honest);
    case 'R with torsion':
      return { bytes: encode(withValue(manifest, signWithTorsion(manifest, signer, random))) };
    case 'other pre-image':
      return { bytes: encode(withValue(manifest, otherPreImage(honest))) };
    case 'co-signed':
      return coSigned(honest);
    case 'other manifest':
      return { bytes: encode(withValue(manifest, signatureOf(signed(unsigned(random), signer, random)))) };
  }
}

function shuffled(value: unknown, random: Random): never {
  if (typeof value !== 'object' || value === null) return value as never;
  if (Array.isArray(value)) return value.map((item) => shuffled(item, random)) as never;
  const members = Object.entries(value).map(([name, member]) => [name, shuffled(member, random)] as const);
  return Object.fromEntries(members.sort(() => (random.chance(0.5) ? 1 : -1))) as never;
}

function flipped(bytes: Buffer, random: Random): Buffer {
  const copy = Buffer.from(bytes);
  for (let left = random.pick([1, 1, 1, 2, 8]); left > 0; left -= 1) {
    const at = random.below(copy.length);
    copy[at] = (copy[at] ?? 0) ^ (1 << random.below(8));
  }
  return copy;
}

function changedBlock(block: Json, random: Random): Json {
  const hash = random.pick([
    `sha256:${'0'.repeat(64)}`,
    sha256('x'),
    'sha256:00',
    '',
    String(block.key_id).toUpperCase(),
  ]);
  const changes: readonly Json[] = [
    { algorithm: random.pick(['ed25519', 'EdDSA', 'Ed25519ph', 'Ed25519 ', 'RS256', 'none']) },
    { signed_by: random.pick(['Mallory', 'signer 0', 'signer 1', 'signer']) },
    { key_id: hash },
    { digest: hash },
    { key_id: sha256(random.pick(SIGNERS).publicKey) },
    { extra: random.pick<unknown>([1, null, 'x', {}]) },
  ];
  const without = random.pick(['key_id', 'digest', 'signed_by', 'algorithm', 'value']);
  const { [without]: _, ...rest } = block;
  return random.chance(0.25) ? rest : { ...block, ...random.pick(changes) };
}

function otherEncoding(bytes: Buffer, random: Random): string {
  const base64 = bytes.toString('base64');
  const last = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const texts = [
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    bytes.toString('base64url'),
    `${bytes.toString('base64url')}==`,
    base64.replace(/=+$/, ''),
    `${base64}=`,
    `${base64}\n`,
    ` ${base64}`,
    `${base64.slice(0, 40)}\n${base64.slice(40)}`,
    `${base64.slice(0, 85)}${random.pick([...last])}==`,
    `0x${bytes.toString('hex')}`,
    `Ed25519:${base64}`,
    Buffer.concat([Buffer.from('3044', 'hex'), bytes]).toString('base64'),
    `30${bytes.toString('hex')}`,
    bytes.subarray(0, 63).toString('base64'),
    Buffer.concat([bytes, bytes.subarray(0, 1)]).toString('base64'),
    Buffer.concat([bytes, bytes]).toString('base64'),
    '',
  ];
  return random.pick(texts);
}

function otherScalar(bytes: Buffer, random: Random): Buffer {
  const scalar = littleEndian(bytes.subarray(32));
  const other = random.pick([
    scalar + ORDER,
    scalar + ORDER * BigInt(random.between(2, 14)),
    ORDER - scalar,
    0n,
    ORDER,
    2n ** 256n - 1n,
    scalar + 1n,
    scalar | (2n ** 255n),
  ]);
  return Buffer.concat([bytes.subarray(0, 32), toLittleEndian(other % 2n ** 256n)]);
}

function otherCommitment(bytes: Buffer, random: Random): Buffer {
  const sameWithSign = Buffer.from(bytes.subarray(0, 32));
  sameWithSign[31] = (sameWithSign[31] ?? 0) ^ 0x80;
  const commitment = random.pick<Uint8Array>([
    encodePoint(torsion(random)),
    sameWithSign,
    Buffer.alloc(32),
    Buffer.alloc(32, 0xff),
    bytes.subarray(32),
  ]);
  return Buffer.concat([commitment, random.chance(0.8) ? bytes.subarray(32) : Buffer.alloc(32)]);
}

function otherKey({ random, signer, manifest, keys }: Honest): Partial<VerifierInput> {
  const other = random.pick(SIGNERS.filter((one) => one !== signer));
  switch (random.below(4)) {
    case 0: // only others are trusted
      return { keys: keys.filter(({ keyId }) => keyId !== sha256(signer.publicKey)) };
    case 1: // made by another one who is trusted too, under the id of the first
      return { keys: distinct([...keys, trusted(other)]), bytes: encode(withSignature(manifest, other)) };
    case 2: // the same, by one who is not trusted
      return { keys: [trusted(signer)], bytes: encode(withSignature(manifest, other)) };
    default: // the trust store gives another key under this id
      return { keys: [{ ...trusted(other), keyId: sha256(signer.publicKey) }] };
  }
}

function torsion(random: Random): AffinePoint {
  return multiply(ORDER_EIGHT, BigInt(random.below(8)));
}

const ODD_ENCODINGS = ['ed', 'ee', 'ec'].flatMap((low) =>
  ['7f', 'ff'].map((high) => Buffer.from(`${low}${'ff'.repeat(30)}${high}`, 'hex')),
);

/** A key under which S = 0 fits many texts, for one who lets it in. */
function smallOrder({ random, manifest }: Honest): Partial<VerifierInput> {
  const publicKey = random.pick<Uint8Array>([
    ...Array.from({ length: 8 }, (_, times) => encodePoint(multiply(ORDER_EIGHT, BigInt(times)))),
    ...ODD_ENCODINGS,
    Buffer.concat([Buffer.from([1]), Buffer.alloc(30), Buffer.from([0x80])]),
  ]);
  const { key_id: _, ...block } = manifest.signature as Json;
  const named = random.chance(0.5) ? { ...block, key_id: sha256(publicKey) } : block;
  const commitment = random.chance(0.5) ? encodePoint(multiply(ORDER_EIGHT, BigInt(random.below(8)))) : publicKey;
  const forged = withValue({ ...manifest, signature: named }, Buffer.concat([commitment, Buffer.alloc(32)]));
  const key: TrustedKey = { keyId: sha256(publicKey), name: 'weak', publicKey: Uint8Array.from(publicKey) };
  return { bytes: encode(forged), keys: [key] };
}

function secretScalar({ seed }: Signer): { scalar: bigint; prefix: Buffer } {
  const hash = createHash('sha512').update(seed).digest();
  const clamped = Buffer.from(hash.subarray(0, 32));
  clamped[0] = (clamped[0] ?? 0) & 248;
  clamped[31] = ((clamped[31] ?? 0) & 127) | 64;
  return { scalar: littleEndian(clamped), prefix: hash.subarray(32) };
}

function challenge(commitment: Uint8Array, publicKey: Uint8Array, message: Uint8Array): bigint {
  return littleEndian(createHash('sha512').update(commitment).update(publicKey).update(message).digest()) % ORDER;
}

/** r B from an honest signature, without the work of computing it anew. */
function honestCommitment(manifest: Json, signer: Signer): { nonce: bigint; point: AffinePoint; message: Buffer } {
  const message = signedBytes(manifest);
  const { prefix } = secretScalar(signer);
  const nonce = littleEndian(createHash('sha512').update(prefix).update(message).digest()) % ORDER;
  const bytes = sign(null, message, signer.secret).subarray(0, 32);
  const point = decodePoint(bytes);
  if (point === null) throw new Error('an honest signature begins with no point');
  return { nonce, point, message };
}

/** By the holder of the key: who multiplies by the cofactor finds it right, who does not finds it wrong. */
function signWithTorsion(manifest: Json, signer: Signer, random: Random): Buffer {
  const honest = honestCommitment(manifest, signer);
  // Now and then there is nothing but the small order in it.
  const { nonce, point, message } = random.chance(0.3) ? { ...honest, nonce: 0n, point: IDENTITY } : honest;
  const commitment = encodePoint(add(point, torsion(random)));
  const scalar = (nonce + challenge(commitment, signer.publicKey, message) * secretScalar(signer).scalar) % ORDER;
  return Buffer.concat([commitment, toLittleEndian(scalar)]);
}

function mixedOrder({ random, signer, manifest }: Honest): Partial<VerifierInput> {
  const honest = decodePoint(signer.publicKey);
  if (honest === null) throw new Error('an honest key is no point');
  const publicKey = encodePoint(add(honest, multiply(ORDER_EIGHT, BigInt(random.between(1, 7)))));
  const { key_id: _, ...block } = manifest.signature as Json;
  const renamed = { ...manifest, signature: block };
  const { nonce, point, message } = honestCommitment(renamed, signer);
  const commitment = encodePoint(point);
  const scalar = (nonce + challenge(commitment, publicKey, message) * secretScalar(signer).scalar) % ORDER;
  const bytes = encode(withValue(renamed, Buffer.concat([commitment, toLittleEndian(scalar)])));
  return { bytes, keys: [{ keyId: sha256(publicKey), name: 'mixed', publicKey }] };
}

const CO_SIGNATURE_TYPE = 'application/vnd.ringfence.clawmanifest.cosignature.v1+json';

/** Signed by one more, who is trusted or not; half of the time something about it is changed. */
function coSigned({ random, signer, manifest, keys }: Honest): Partial<VerifierInput> {
  const other = random.pick(SIGNERS.filter((one) => one !== signer));
  const { signature, ...content } = manifest;
  const block: Json = { algorithm: 'Ed25519', signed_by: other.name, key_id: sha256(other.publicKey) };
  if (random.chance(0.5)) block.digest = sha256(canonicalText(content));
  const type = random.chance(0.1) ? undefined : CO_SIGNATURE_TYPE;
  const made = sign(null, preImage(canonicalText({ manifest, signature: block }), type), other.secret);
  const whole: Json = { ...block, value: made.toString('base64') };
  const changed: readonly Json[] = [
    { ...whole, value: flipped(made, random).toString('base64') },
    { ...whole, value: otherScalar(made, random).toString('base64') },
    { ...whole, value: otherEncoding(made, random) },
    { ...whole, key_id: sha256(random.pick(SIGNERS).publicKey) },
    { ...whole, signed_by: 'Mallory' },
    { ...whole, value: (signature as Json).value },
    changedBlock(whole, random),
  ];
  const one = random.chance(0.5) ? whole : random.pick(changed);
  const signatures = random.chance(0.9) ? [one] : [whole, one];
  const trust = random.chance(0.7) ? distinct([...keys, trusted(other)]) : keys;
  const text = random.chance(0.1) ? mutateTree(structuredClone(manifest) as never, random, 1) : manifest;
  return { bytes: encode({ ...(text as Json), signatures }), keys: trust };
}

/** Signatures by the right key over what is nearly the right text. */
function otherPreImage({ random, signer, manifest }: Honest): Buffer {
  const { signature, ...content } = manifest;
  const { value: _, ...block } = signature as Json;
  const whole = canonicalText({ ...content, signature: block });
  const texts = [
    Buffer.from(whole),
    Buffer.from(canonicalText(content)),
    Buffer.from(canonicalText(manifest)),
    preImage(whole, 'application/vnd.in-toto+json'),
    preImage(whole, 'application/vnd.ringfence.clawmanifest.v2+json'),
    preImage(whole, ''),
    preImage(canonicalText(content)),
    preImage(canonicalText({ ...content, signature: {} })),
    preImage(JSON.stringify({ ...content, signature: block })),
    preImage(JSON.stringify({ ...content, signature: block }, null, 2)),
    preImage(createHash('sha256').update(whole).digest('hex')),
    createHash('sha512').update(preImage(whole)).digest(),
    Buffer.concat([preImage(whole), Buffer.from('\n')]),
    preImage(Buffer.from(whole).toString('base64')),
  ];
  return sign(null, random.pick(texts), signer.secret);
}
