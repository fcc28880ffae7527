import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  appendLeaf,
  EMPTY_FRONTIER,
  emptyRoot,
  frontierRoot,
  inclusionProof,
  isFrontier,
  leafHash,
  nodeHash,
  rangeRoot,
  verifyInclusion,
} from './merkle.ts';

// The inputs and roots that implementations of RFC 6962 share (certificate-transparency, merkle tree tests).
const INPUTS = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const leaves = INPUTS.map((hex) => leafHash(Uint8Array.fromHex(hex)));

describe('Merkle tree', () => {
  test('the empty tree', () => {
    expect(emptyRoot().toHex()).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(frontierRoot(EMPTY_FRONTIER)).toEqual(emptyRoot());
  });

  test('known roots of one to eight leaves', () => {
    let frontier = EMPTY_FRONTIER;
    leaves.forEach((leaf, index) => {
      frontier = appendLeaf(frontier, leaf);
      expect(isFrontier(frontier)).toBe(true);
      expect(frontierRoot(frontier).toHex()).toBe(ROOTS[index]);
    });
  });

  test('the known path of the first of seven leaves', () => {
    // RFC 6962 section 2.1.3: the path of d0 in the tree of seven is [b, h, l].
    const [d0, d1, d2, d3, d4, d5, d6] = leaves.slice(0, 7) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
      Uint8Array,
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ];
    const l = nodeHash(nodeHash(d4, d5), d6);
    expect(inclusionProof(leaves, 0, 7)).toEqual([d1, nodeHash(d2, d3), l]);
    expect(inclusionProof(leaves, 6, 7)).toEqual([
      nodeHash(d4, d5),
      nodeHash(nodeHash(leafHash(Uint8Array.fromHex('')), d1), nodeHash(d2, d3)),
    ]);
    expect(d0).toEqual(leafHash(new Uint8Array(0)));
  });

  test('every leaf of every size is proven, and by its own proof alone', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70 }), fc.nat(), fc.nat(), (size, pick, other) => {
        const many = Array.from({ length: size }, (_, index) => leafHash(Uint8Array.of(index)));
        const index = pick % size;
        const root = rangeRoot(many);
        const proof = inclusionProof(many, index);
        expect(verifyInclusion(many[index]!, index, size, proof, root)).toBe(true);
        const wrong = other % size;
        if (wrong !== index) {
          expect(verifyInclusion(many[wrong]!, index, size, proof, root)).toBe(false);
          expect(verifyInclusion(many[index]!, wrong, size, proof, root)).toBe(false);
        }
        expect(verifyInclusion(many[index]!, index, size, [...proof, root], root)).toBe(false);
        if (proof.length > 0) expect(verifyInclusion(many[index]!, index, size, proof.slice(1), root)).toBe(false);
      }),
      { numRuns: 200 },
    );
  });

  test('an inner node does not pass for a leaf', () => {
    const [left, right] = [leaves[0]!, leaves[1]!];
    const root = nodeHash(left, right);
    const entry = Uint8Array.of(...left, ...right);
    expect(verifyInclusion(leafHash(entry), 0, 1, [], root)).toBe(false);
  });

  test('a frontier whose subtrees do not fit its size is none', () => {
    expect(isFrontier({ size: 3, hashes: [leaves[0]!] })).toBe(false);
    expect(isFrontier({ size: 1, hashes: [new Uint8Array(31)] })).toBe(false);
    expect(isFrontier({ size: -1, hashes: [] })).toBe(false);
  });
});
