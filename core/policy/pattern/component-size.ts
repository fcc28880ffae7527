import type { Element } from './pattern.ts';

/** Bytes of the shortest name the elements match. */
export function minimumBytes(elements: readonly Element[]): number {
  let total = 0;
  for (const element of elements) {
    switch (element.kind) {
      case 'bytes':
        total += element.bytes.length;
        break;
      case 'characters':
        total += 1;
        break;
      case 'choice':
        total += Math.min(...element.alternatives.map(minimumBytes));
        break;
      case 'run':
        break;
    }
  }
  return total;
}

/** The name, when the elements are nothing but bytes; else null. */
export function literalBytes(elements: readonly Element[]): Uint8Array | null {
  const bytes: number[] = [];
  for (const element of elements) {
    if (element.kind !== 'bytes') return null;
    bytes.push(...element.bytes);
  }
  return Uint8Array.from(bytes);
}
