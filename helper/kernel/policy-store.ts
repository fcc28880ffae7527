/** Compiled policies in the kernel's tables: each gets numbers of its own, and a replacement is complete before it counts. */

import { MATCHER_HEAD, OUTCOME_EDGE, type PolicyTables } from '../../core/policy/tables.ts';
import { VERDICTS, verdictCode } from '../../core/policy/vocabulary.ts';
import { kernel } from '../../native/kernel/index.ts';
import type { Components } from './components.ts';
import {
  CELLS_IN_BLOCK,
  encodeDestination,
  encodeDestinationKey,
  encodeLocalName,
  encodeLocalNameKey,
  encodePair,
  encodePolicy,
  encodeU32,
  LIMITS,
  type PolicySettings,
  SIZES,
} from './layout.ts';
import { type NamePlacement, NameStore } from './name-store.ts';
import { PinnedMap } from './pinned-map.ts';
import { goneKeys } from './placed-keys.ts';
import { type Range, Ranges } from './ranges.ts';

/** What the kernel calls a policy's generation as long as it is in force: grants are made for it, and outlast new tables. */
export const GENERATION = 1;

/** In struct rf_accept: four masks by verdict, then what is not reported, then the rules. */
const SILENT_OFFSET = 16;
const RULES_OFFSET = 20;

/** What a policy occupies in the kernel. Plain data, so that a restarted helper can take it over. */
export interface Placement {
  readonly policy: number;
  readonly generation: number;
  readonly states: Range;
  readonly cells: Range;
  readonly byteClasses: Range;
  readonly accepts: Range;
  readonly residuals: Range;
  /** Keys of the maps that hold its edges, starts, destinations and names of sockets, base64. */
  readonly edges: string;
  readonly starts: string;
  readonly destinations: string;
  readonly names: NamePlacement;
  readonly localNames: string;
}

export class PolicyStoreFull extends Error {
  constructor(what: string) {
    super(`the kernel's ${what} are used up: end sessions that are no longer needed, or use a smaller manifest`);
    this.name = 'PolicyStoreFull';
  }
}

interface Numbers {
  readonly states: Range;
  readonly cells: Range;
  readonly byteClasses: Range;
  readonly accepts: Range;
  readonly residuals: Range;
}

const RESIDUALS = 2 ** 31;
const BYTE_VALUES = 256;

export class PolicyStore {
  readonly #pinDirectory: string;
  readonly #components: Components;
  readonly #states = new Ranges(LIMITS.states);
  readonly #cells = new Ranges(LIMITS.cells);
  readonly #byteClasses = new Ranges(LIMITS.byteClasses);
  readonly #accepts = new Ranges(LIMITS.accepts);
  readonly #residuals = new Ranges(RESIDUALS);
  readonly #policies = new Ranges(LIMITS.policies);
  readonly #names: NameStore;
  readonly #maps: Record<
    'policies' | 'starts' | 'nodes' | 'edges' | 'cellMap' | 'classMap' | 'acceptMap' | 'destinations' | 'localNames',
    PinnedMap
  >;

  constructor(pinDirectory: string, components: Components) {
    this.#pinDirectory = pinDirectory;
    this.#components = components;
    this.#names = new NameStore(pinDirectory);
    this.#maps = {
      policies: new PinnedMap(pinDirectory, 'policies'),
      starts: new PinnedMap(pinDirectory, 'starts'),
      nodes: new PinnedMap(pinDirectory, 'nodes'),
      edges: new PinnedMap(pinDirectory, 'edges'),
      cellMap: new PinnedMap(pinDirectory, 'cells'),
      classMap: new PinnedMap(pinDirectory, 'byte_classes'),
      acceptMap: new PinnedMap(pinDirectory, 'accepts'),
      destinations: new PinnedMap(pinDirectory, 'destinations'),
      localNames: new PinnedMap(pinDirectory, 'local_names'),
    };
  }

  /** Counts a policy that was installed by an earlier run as in use. */
  adopt(placement: Placement): void {
    this.#policies.claim({ start: placement.policy, count: 1 });
    this.#states.claim(placement.states);
    this.#cells.claim(placement.cells);
    this.#byteClasses.claim(placement.byteClasses);
    this.#accepts.claim(placement.accepts);
    this.#residuals.claim(placement.residuals);
  }

  /** Throws PolicyStoreFull or KernelError; nothing is in force then. */
  install(tables: PolicyTables, settings: PolicySettings): Placement {
    const value = this.#valueOf(tables, settings);
    const policy = this.#policies.take(1);
    if (!policy) throw new PolicyStoreFull('policy numbers');
    const placement = this.#write(tables, policy.start, GENERATION);
    this.#maps.policies.set(encodeU32(policy.start), value);
    return placement;
  }

  /** Puts new tables in the place of a policy's old ones. Starts switch one by one, each to a complete automaton. */
  replace(old: Placement, tables: PolicyTables, settings: PolicySettings): Placement {
    const value = this.#valueOf(tables, settings);
    const placement = this.#write(tables, old.policy, old.generation + 1);
    this.#maps.policies.set(encodeU32(old.policy), value);
    this.#maps.starts.deleteMany(goneKeys(old.starts, placement.starts, SIZES.startKey));
    this.#maps.destinations.deleteMany(goneKeys(old.destinations, placement.destinations, SIZES.destinationKey));
    this.#names.forget(old.names, placement.names);
    this.#removeTables(old);
    return placement;
  }

  remove(placement: Placement): void {
    this.#maps.policies.delete(encodeU32(placement.policy));
    this.#maps.starts.deleteMany(Buffer.from(placement.starts, 'base64'));
    this.#maps.destinations.deleteMany(Buffer.from(placement.destinations, 'base64'));
    this.#names.remove(placement.names);
    this.#maps.localNames.deleteMany(Buffer.from(placement.localNames, 'base64'));
    this.#removeTables(placement);
    this.#policies.release({ start: placement.policy, count: 1 });
  }

  #valueOf({ names }: PolicyTables, settings: PolicySettings): Uint8Array {
    const hasNames = names.patterns.length > 0;
    // before anything counts on it
    if (settings.limits.bytesSent !== null) kernel.attachOnDemand(this.#pinDirectory, 'rf_bytes_');
    if (hasNames) kernel.attachOnDemand(this.#pinDirectory, 'rf_names_');
    return encodePolicy(GENERATION, settings, hasNames);
  }

  #removeTables(placement: Placement): void {
    this.#maps.edges.deleteMany(Buffer.from(placement.edges, 'base64'));
    this.#states.release(placement.states);
    this.#cells.release(placement.cells);
    this.#byteClasses.release(placement.byteClasses);
    this.#accepts.release(placement.accepts);
    this.#residuals.release(placement.residuals);
  }

  #take(tables: PolicyTables): Numbers {
    const wanted: [string, Ranges, number][] = [
      ['automaton states', this.#states, tables.nodes.wild.length - 1],
      ['cells of byte automata', this.#cells, Math.ceil(tables.matchers.cells.length / CELLS_IN_BLOCK)],
      ['classes of bytes', this.#byteClasses, tables.matchers.classes.length / BYTE_VALUES],
      ['verdict entries', this.#accepts, tables.accepts.silent.length - 1],
      ['residual classes', this.#residuals, tables.nodes.wild.length],
    ];
    const taken: { ranges: Ranges; range: Range }[] = [];
    for (const [what, ranges, count] of wanted) {
      const range = ranges.take(Math.max(0, count));
      if (!range) {
        for (const entry of taken) entry.ranges.release(entry.range);
        throw new PolicyStoreFull(what);
      }
      taken.push({ ranges, range });
    }
    const [states, cells, byteClasses, accepts, residuals] = taken.map((entry) => entry.range) as [
      Range,
      Range,
      Range,
      Range,
      Range,
    ];
    return { states, cells, byteClasses, accepts, residuals };
  }

  #write(tables: PolicyTables, policy: number, generation: number): Placement {
    const numbers = this.#take(tables);
    this.#writeAccepts(tables, numbers);
    this.#writeMatchers(tables, numbers);
    const edges = this.#writeEdges(tables, numbers);
    this.#writeNodes(tables, numbers);
    const destinations = this.#writeDestinations(tables, policy);
    const names = this.#names.write(tables.names, policy);
    const localNames = this.#writeLocalNames(tables, policy);
    const starts = this.#writeStarts(tables, numbers, policy);
    return { policy, generation, ...numbers, edges, starts, destinations, names, localNames };
  }

  #writeAccepts(tables: PolicyTables, numbers: Numbers): void {
    const { verdict, rule, silent } = tables.accepts;
    writeArray(this.#maps.acceptMap, numbers.accepts, SIZES.accept, (index, data, at) => {
      const masks = new Uint32Array(VERDICTS.length);
      for (let operation = 0; operation < LIMITS.operations; operation++) {
        const from = index * LIMITS.operations + operation;
        const code = verdict[from] ?? 0;
        masks[code] = (masks[code] ?? 0) | (1 << operation);
        data.setUint32(at + RULES_OFFSET + operation * 4, rule[from] ?? 0, true);
      }
      // none has no mask: what no other mask holds is undeclared
      for (let code = 1; code < masks.length; code++) data.setUint32(at + (code - 1) * 4, masks[code] ?? 0, true);
      data.setUint32(at + SILENT_OFFSET, silent[index] ?? 0, true);
    });
  }

  /** Cells keep their order; a block that is not full ends the policy's own. */
  #writeMatchers({ matchers: { classes, map, width, rows, cells } }: PolicyTables, numbers: Numbers): void {
    writeArray(this.#maps.classMap, numbers.byteClasses, SIZES.byteClasses, (index, data, at) => {
      new Uint8Array(data.buffer).set(classes.subarray((index - 1) * BYTE_VALUES, index * BYTE_VALUES), at);
    });
    const placed = new Uint16Array(numbers.cells.count * CELLS_IN_BLOCK);
    placed.set(cells);
    let head = 1;
    width.forEach((own, matcher) => {
      placed[head] = numbers.byteClasses.start + (map[matcher] ?? 0);
      placed[head + 1] = own;
      head += MATCHER_HEAD + own * (rows[matcher] ?? 0);
    });
    writeArray(this.#maps.cellMap, numbers.cells, SIZES.cells, (index, data, at) => {
      for (let cell = 0; cell < CELLS_IN_BLOCK; cell++) {
        data.setUint16(at + cell * 2, placed[(index - 1) * CELLS_IN_BLOCK + cell] ?? 0, true);
      }
    });
  }

  #writeNodes(tables: PolicyTables, numbers: Numbers): void {
    const { wild, row, accept, residual, strictest, flags } = tables.nodes;
    writeArray(this.#maps.nodes, numbers.states, SIZES.node, (index, data, at) => {
      data.setUint32(at, moved(wild[index], numbers.states), true);
      const first = row[index] ?? 0;
      data.setUint32(at + 4, first && numbers.cells.start * CELLS_IN_BLOCK + first, true);
      data.setUint32(at + 8, moved(accept[index], numbers.accepts), true);
      data.setUint32(at + 12, moved(residual[index], numbers.residuals), true);
      data.setUint8(at + 16, strictest[index] ?? verdictCode('block'));
      data.setUint8(at + 17, flags[index] ?? 0);
    });
  }

  #writeEdges(tables: PolicyTables, numbers: Numbers): string {
    const { state, component, next } = tables.edges;
    const keys = new Uint8Array(state.length * SIZES.edgeKey);
    const values = new Uint8Array(state.length * 4);
    const keyData = new DataView(keys.buffer);
    const valueData = new DataView(values.buffer);
    const names = tables.components.map((name) => this.#components.number(name));
    state.forEach((from, index) => {
      keyData.setUint32(index * 8, moved(from, numbers.states), true);
      const own = component[index] ?? 0;
      keyData.setUint32(index * 8 + 4, own > OUTCOME_EDGE ? own : (names[own - 1] ?? 0), true);
      valueData.setUint32(index * 4, moved(next[index], numbers.states), true);
    });
    this.#maps.edges.setMany(keys, values);
    return Buffer.from(keys).toString('base64');
  }

  #writeDestinations(tables: PolicyTables, policy: number): string {
    const { address, prefixLength, ranges } = tables.destinations;
    const keys = ranges.map((list, index) => {
      const bytes = address.subarray(index * 16, index * 16 + 16);
      const key = encodeDestinationKey(policy, bytes, prefixLength[index] ?? 128);
      this.#maps.destinations.set(key, encodeDestination(list));
      return key;
    });
    return Buffer.concat(keys).toString('base64');
  }

  #writeLocalNames({ localNames }: PolicyTables, policy: number): string {
    const keys = localNames.map((entry) => {
      const key = encodeLocalNameKey(policy, entry.name);
      this.#maps.localNames.set(key, encodeLocalName(entry));
      return key;
    });
    return Buffer.concat(keys).toString('base64');
  }

  #writeStarts(tables: PolicyTables, numbers: Numbers, policy: number): string {
    const { device, state } = tables.starts;
    const keys = [...device].map((entry, index) => {
      const key = encodePair(policy, entry);
      this.#maps.starts.set(key, encodeU32(moved(state[index], numbers.states)));
      return key;
    });
    return Buffer.concat(keys).toString('base64');
  }
}

/** A number of the compiler's own, which start at 1, in the kernel's numbering; 0 stays 0. */
function moved(local: number | undefined, range: Range): number {
  return local ? range.start + local - 1 : 0;
}

/** Writes entries 1 … count of the compiler's to the numbers that were taken for them. */
function writeArray(
  map: PinnedMap,
  range: Range,
  bytes: number,
  encode: (local: number, data: DataView, at: number) => void,
): void {
  const keys = new Uint8Array(range.count * 4);
  const values = new Uint8Array(range.count * bytes);
  const keyData = new DataView(keys.buffer);
  const valueData = new DataView(values.buffer);
  for (let index = 0; index < range.count; index++) {
    keyData.setUint32(index * 4, range.start + index, true);
    encode(index + 1, valueData, index * bytes);
  }
  map.setMany(keys, values);
}
