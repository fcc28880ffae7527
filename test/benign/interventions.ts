/** What the guard did while a case ran: what it asked a person, and what it refused. */
import type { BenignCase, Expectation } from './case.ts';

export type Intervention = {
  readonly kind: 'asked' | 'refused';
  readonly operation: string;
  /** A path, or ADDRESS:PORT. */
  readonly object: string;
  /** Nanoseconds since 1970. */
  readonly time: bigint;
  /** Who did it, and what decided. */
  readonly detail: string;
};

export type Places = { readonly home: string; readonly workspace: string };

/** What was not expected, and what was expected and did not happen, in words. */
export function surprises(
  one: Pick<BenignCase, 'asks' | 'refused'>,
  seen: readonly Intervention[],
  places: Places,
): string[] {
  const kinds = { asked: one.asks, refused: one.refused } as const;
  const unexpected = seen.filter(({ kind, ...rest }) => !kinds[kind].some((each) => isMeant(each, rest, places)));
  const distinct = new Map(unexpected.map((each) => [`${each.kind} ${each.operation} ${each.object}`, each.detail]));
  const missing = (['asked', 'refused'] as const).flatMap((kind) =>
    kinds[kind]
      .filter((each) => !seen.some((other) => other.kind === kind && isMeant(each, other, places)))
      .map(({ operation, object }) => `not ${kind}: ${operation} ${object}`),
  );
  return [...[...distinct].map(([words, detail]) => `${words} (${detail})`), ...missing];
}

function isMeant(
  { operation, object }: Expectation,
  seen: Pick<Intervention, 'operation' | 'object'>,
  { home, workspace }: Places,
): boolean {
  const whole = object.replace(/^\$WORKSPACE(?=\/|$)/, workspace).replace(/^~(?=\/|$)/, home);
  const pattern = whole.split('*').map(RegExp.escape).join('[^/]*');
  return operation === seen.operation && new RegExp(`^${pattern}$`).test(seen.object);
}

/** By case: each belongs to the one that had begun last. What was before all of them is under `null`. */
export function byCase(
  seen: readonly Intervention[],
  begun: readonly { readonly name: string; readonly from: bigint }[],
): Map<string | null, Intervention[]> {
  const found = new Map<string | null, Intervention[]>();
  for (const one of seen) {
    const name = begun.findLast(({ from }) => from <= one.time)?.name ?? null;
    found.set(name, [...(found.get(name) ?? []), one]);
  }
  return found;
}
