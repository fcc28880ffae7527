import { sha256 } from '@noble/hashes/sha2.js';

/** The Merkle tree of RFC 6962, section 2.1. Hashes are 32 bytes. */
export type TreeHash = Uint8Array;

/** Hash of the tree that holds nothing: SHA-256 of the empty string. */
export function emptyRoot(): TreeHash {
  return sha256(new Uint8Array(0));
}

/** The leading byte keeps a leaf from ever passing for an inner node. */
export function leafHash(entry: Uint8Array): TreeHash {
  return sha256.create().update(Uint8Array.of(0)).update(entry).digest();
}

export function nodeHash(left: TreeHash, right: TreeHash): TreeHash {
  return sha256.create().update(Uint8Array.of(1)).update(left).update(right).digest();
}

/**
 * What is needed to grow a tree: the roots of its full subtrees, from the largest to the smallest, one for each bit
 * set in `size`.
 */
export type Frontier = { readonly size: number; readonly hashes: readonly TreeHash[] };

export const EMPTY_FRONTIER: Frontier = { size: 0, hashes: [] };

/** The frontier after one more leaf. */
export function appendLeaf(frontier: Frontier, leaf: TreeHash): Frontier {
  const hashes = [...frontier.hashes];
  let node = leaf;
  for (let size = frontier.size; size % 2 === 1; size = (size - 1) / 2) node = nodeHash(hashes.pop()!, node);
  hashes.push(node);
  return { size: frontier.size + 1, hashes };
}

/** Root of the tree a frontier stands for. */
export function frontierRoot(frontier: Frontier): TreeHash {
  const last = frontier.hashes.at(-1);
  if (last === undefined) return emptyRoot();
  return frontier.hashes.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), last);
}

/** Whether the number of subtrees fits the size: one for each bit set. */
export function isFrontier(frontier: Frontier): boolean {
  if (!Number.isSafeInteger(frontier.size) || frontier.size < 0) return false;
  const bits = frontier.size.toString(2).replaceAll('0', '').length;
  return frontier.hashes.length === bits && frontier.hashes.every((hash) => hash.length === 32);
}

/** Root over leaf hashes `[from, to)`: MTH of RFC 6962 section 2.1. */
export function rangeRoot(leaves: readonly TreeHash[], from = 0, to = leaves.length): TreeHash {
  let frontier = EMPTY_FRONTIER;
  for (let index = from; index < to; index++) frontier = appendLeaf(frontier, leaves[index]!);
  return frontierRoot(frontier);
}

/** Audit path of leaf `index` in the tree of the first `size` leaves: PATH of RFC 6962 section 2.1.1. */
export function inclusionProof(leaves: readonly TreeHash[], index: number, size = leaves.length): TreeHash[] {
  if (!(index >= 0 && index < size && size <= leaves.length))
    throw new RangeError(`no leaf ${index} in a tree of ${size}`);
  return pathOf(leaves, index, 0, size);
}

function pathOf(leaves: readonly TreeHash[], index: number, from: number, to: number): TreeHash[] {
  if (to - from === 1) return [];
  const split = from + largestPowerBelow(to - from);
  return index < split
    ? [...pathOf(leaves, index, from, split), rangeRoot(leaves, split, to)]
    : [...pathOf(leaves, index, split, to), rangeRoot(leaves, from, split)];
}

function largestPowerBelow(count: number): number {
  let power = 1;
  while (power * 2 < count) power *= 2;
  return power;
}

/** Whether `proof` shows `leaf` at `index` in the tree of `size` leaves with `root`: RFC 9162 section 2.1.3.2. */
export function verifyInclusion(
  leaf: TreeHash,
  index: number,
  size: number,
  proof: readonly TreeHash[],
  root: TreeHash,
): boolean {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return false;
  let node = index;
  let last = size - 1;
  let hash = leaf;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      hash = nodeHash(sibling, hash);
      while (node % 2 === 0 && node !== 0) {
        node /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      hash = nodeHash(hash, sibling);
    }
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && equalBytes(hash, root);
}

export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  for (let index = 0; index < left.length; index++) if (left[index] !== right[index]) return false;
  return true;
}
