import type { PolicyTables } from '../../core/policy/tables.ts';
import { CELLS_IN_BLOCK, SIZES } from '../../helper/kernel/layout.ts';

/** Bytes of a hash map's entry beside key and value, about: its list, hash and alignment. */
const HASH_ENTRY_BYTES = 48;
/** An array map rounds a value up to this. */
const ARRAY_VALUE_BYTES = 8;

export type TableSizes = {
  readonly states: number;
  readonly edges: number;
  readonly components: number;
  readonly byteAutomata: number;
  readonly rows: number;
  readonly cells: number;
  readonly byteClasses: number;
  readonly accepts: number;
  /** In the kernel's maps, about. */
  readonly bytes: number;
};

export function sizesOf({ nodes, edges, components, matchers, accepts }: PolicyTables): TableSizes {
  const sizes = {
    states: nodes.wild.length,
    edges: edges.state.length,
    components: components.length,
    byteAutomata: matchers.map.length,
    rows: matchers.rows.reduce((sum, rows) => sum + rows, 0),
    cells: matchers.cells.length,
    byteClasses: matchers.classes.length / SIZES.byteClasses,
    accepts: accepts.silent.length,
  };
  const names = components.reduce((sum, name) => sum + nameKeyBytes(name.length) + 4 + HASH_ENTRY_BYTES, 0);
  const bytes =
    sizes.states * rounded(SIZES.node) +
    sizes.edges * (SIZES.edgeKey + 4 + HASH_ENTRY_BYTES) +
    sizes.cells * (SIZES.cells / CELLS_IN_BLOCK) +
    sizes.byteClasses * SIZES.byteClasses +
    sizes.accepts * rounded(SIZES.accept) +
    names;
  return { ...sizes, bytes };
}

function nameKeyBytes(length: number): number {
  return 2 ** Math.max(4, Math.ceil(Math.log2(length + 1)));
}

function rounded(bytes: number): number {
  return Math.ceil(bytes / ARRAY_VALUE_BYTES) * ARRAY_VALUE_BYTES;
}

export function describeTables({ bytes, ...sizes }: TableSizes): string {
  const counts = Object.entries(sizes).map(([name, count]) => `${name} ${count}`);
  return `${counts.join(', ')}, ${(bytes / 1024 ** 2).toFixed(1)} MiB in the kernel`;
}
