import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { canonicalBytes } from './canonical.ts';
import type { Manifest } from './schema.ts';

/**
 * What two issues of a manifest are told apart by, as 64 hex digits. With a layout every byte but those of the co-signatures
 * follows from what is signed, and co-signatures may be added; without one it is the bytes themselves that are remembered.
 */
export function issueDigest(signed: Manifest, bytes: Uint8Array, detached: Uint8Array | null): string {
  const { signatures: _, ...own } = signed;
  if (signed.signature?.layout !== undefined) return bytesToHex(sha256(canonicalBytes(own)));
  const parts = [bytes, detached ?? new Uint8Array()].map((part) => bytesToHex(sha256(part)));
  return bytesToHex(sha256(new TextEncoder().encode(parts.join(' '))));
}
