import { BYTE_RUNS, TOKENS } from './dictionary.ts';
import type { Random } from './random.ts';

const TOKEN_BYTES = TOKENS.map((token) => new TextEncoder().encode(token));

/** The bytes with noise at `count` places. */
export function mutateBytes(bytes: Uint8Array, random: Random, count: number): Uint8Array {
  let mutated = bytes;
  for (let left = count; left > 0; left -= 1) mutated = mutateOnce(mutated, random);
  return mutated;
}

function mutateOnce(bytes: Uint8Array, random: Random): Uint8Array {
  const at = random.below(bytes.length + 1);
  switch (random.below(8)) {
    case 0:
      return changed(bytes, at, (byte) => byte ^ (1 << random.below(8)));
    case 1:
      return changed(bytes, at, () => random.below(256));
    case 2:
      return replaced(bytes, at, random.between(1, 4), []);
    case 3:
      return replaced(bytes, at, 0, random.pick(BYTE_RUNS));
    case 4:
      return replaced(bytes, at, random.below(3), random.pick(TOKEN_BYTES));
    case 5:
      return replaced(bytes, random.below(bytes.length + 1), 0, bytes.subarray(at, at + random.between(1, 40)));
    case 6:
      return random.chance(0.2) ? bytes.subarray(0, at) : replaced(bytes, at, random.between(1, 40), []);
    default:
      return changed(bytes, at, (byte) => byte + (random.chance(0.5) ? 1 : -1));
  }
}

function changed(bytes: Uint8Array, at: number, change: (byte: number) => number): Uint8Array {
  const copy = bytes.slice();
  if (at < copy.length) copy[at] = change(copy[at] ?? 0) & 0xff;
  return copy;
}

function replaced(bytes: Uint8Array, at: number, removed: number, inserted: ArrayLike<number>): Uint8Array {
  const rest = bytes.subarray(Math.min(bytes.length, at + removed));
  const whole = new Uint8Array(at + inserted.length + rest.length);
  whole.set(bytes.subarray(0, at));
  whole.set(inserted, at);
  whole.set(rest, at + inserted.length);
  return whole;
}
