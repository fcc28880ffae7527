import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { NORMALISED_FILES, normalised } from './normalised.ts';

/** What one case left behind. */
export type Snapshot = {
  readonly status: string;
  readonly output: string;
  readonly errors: string;
  /** Relative path -> type, mode and content. */
  readonly tree: ReadonlyMap<string, string>;
  /** Nanoseconds since 1970; null when it did not run to its end. */
  readonly time: { readonly from: bigint; readonly to: bigint } | null;
};

export function snapshot(workspace: string, name: string): Snapshot {
  const result = (kind: string) => readIfThere(join(workspace, '.results', `${name}.${kind}`));
  const [, from, to] = /^(\d+) (\d+)$/.exec(result('time').trim()) ?? [];
  return {
    status: result('status').trim(),
    output: normalised(result('out')),
    errors: normalised(result('err')),
    tree: treeOf(join(workspace, name)),
    time: from && to ? { from: BigInt(from), to: BigInt(to) } : null,
  };
}

/** What lies below a folder. */
export function treeOf(root: string): Snapshot['tree'] {
  const tree = new Map<string, string>();
  walk(root, '', tree);
  return tree;
}

function walk(root: string, path: string, tree: Map<string, string>): void {
  const full = join(root, path);
  const stat = lstatSync(full, { throwIfNoEntry: false });
  if (stat === undefined) return;
  const mode = (stat.mode & 0o7777).toString(8);
  if (stat.isSymbolicLink()) tree.set(path, `link ${readlinkSync(full)}`);
  else if (stat.isDirectory()) {
    tree.set(path, `directory ${mode}`);
    for (const name of readdirSync(full)) walk(root, join(path, name), tree);
  } else if (stat.isFile()) tree.set(path, `file ${mode} ${contentOf(root, path)}`);
  else tree.set(path, `special ${mode}`);
}

function contentOf(root: string, path: string): string {
  if (NORMALISED_FILES.some(({ file }) => file.test(path))) return '';
  return createHash('sha256')
    .update(readFileSync(join(root, path)))
    .digest('hex');
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
