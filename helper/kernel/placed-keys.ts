/** Keys of maps as placements have them: one after another, base64. */

/** Keys that an old placement has and the new one has not. */
export function goneKeys(old: string, young: string, bytes: number): Uint8Array {
  const current = new Set(splitKeys(young, bytes));
  return Buffer.concat(
    splitKeys(old, bytes)
      .filter((key) => !current.has(key))
      .map((key) => Buffer.from(key, 'base64')),
  );
}

function splitKeys(encoded: string, bytes: number): string[] {
  const all = Buffer.from(encoded, 'base64');
  return Array.from({ length: all.length / bytes }, (_, index) =>
    all.subarray(index * bytes, (index + 1) * bytes).toString('base64'),
  );
}
