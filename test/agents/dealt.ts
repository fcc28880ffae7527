/** Divides so that parts take about as long: the longest first, each to the part that has the least. Parts that would be empty are left out. */
export function dealt<What>(all: readonly What[], lengthOf: (one: What) => number, into: number): What[][] {
  const parts = Array.from({ length: into }, () => ({ length: 0, of: [] as What[] }));
  for (const one of all.toSorted((a, b) => lengthOf(b) - lengthOf(a))) {
    const least = parts.reduce((a, b) => (b.length < a.length ? b : a));
    least.of.push(one);
    least.length += lengthOf(one);
  }
  return parts.map(({ of }) => of).filter((of) => of.length > 0);
}

/** Does all of it in order, so many at once. @throws what the first that fails throws, once nothing is under way any more */
export async function eachOf<What>(
  all: readonly What[],
  atOnce: number,
  work: (one: What) => Promise<void>,
): Promise<void> {
  const left = [...all];
  const worker = async (): Promise<void> => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) await work(one);
  };
  const ended = await Promise.allSettled(Array.from({ length: atOnce }, worker));
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
}
