export type Tree = { readonly [name: string]: unknown };

/** What stands in a place of the tree; undefined: nothing. */
export function valueAt(tree: Tree, steps: readonly string[]): unknown {
  return steps.reduce<unknown>((at, step) => (at as Tree | undefined)?.[step], tree);
}

/** The same tree with another value in one place. `undefined` takes it out, and what it alone stood in. */
export function withValue(tree: Tree, [step, ...deeper]: readonly string[], value: unknown): Tree {
  if (step === undefined) return tree;
  const { [step]: own, ...others } = tree;
  if (deeper.length === 0) return value === undefined ? others : { ...tree, [step]: value };
  const branch = withValue((own ?? {}) as Tree, deeper, value);
  return Object.keys(branch).length === 0 ? others : { ...tree, [step]: branch };
}
