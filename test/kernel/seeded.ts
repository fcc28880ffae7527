/** Numbers from 0 to 1 that a seed decides (mulberry32), so that a run can be repeated. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The seed that was asked for, or one of its own. */
export function seedFrom(text: string | undefined): number {
  return text === undefined ? Math.floor(Math.random() * 2 ** 32) : Number(text);
}
