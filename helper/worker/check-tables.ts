import { lowerCased, MAX_WIRE_NAME } from '../../core/names/host-name.ts';
import {
  COMPILE_LIMITS,
  type CompileLimits,
  MAX_COMPONENT_BYTES,
  MAX_LOCAL_NAME_BYTES,
  MAX_PORT_RANGES,
  MAX_RULES,
} from '../../core/policy/limits.ts';
import type { Undeclared } from '../../core/policy/rule.ts';
import { MATCHER_HEAD, NODE_ABSORBING, OUTCOME_EDGE, type PolicyTables } from '../../core/policy/tables.ts';
import { strictestSilence } from '../../core/policy/undeclared.ts';
import { NETWORK_OPERATIONS, OPERATIONS, operationCode, verdictCode } from '../../core/policy/vocabulary.ts';
import { failure, type Result, success } from '../../core/result.ts';

/** What tables may refer to besides themselves. */
export type TableContext = {
  /** Numbers that rules have. */
  readonly ruleIds: ReadonlySet<number>;
  /** Superblocks the tables were to be compiled for. */
  readonly devices: ReadonlySet<number>;
  readonly undeclared?: Undeclared;
  readonly limits?: CompileLimits;
};

const SLOTS = 16;
const BYTE_VALUES = 256;
const STRICTEST = verdictCode('kill');
const ON_ADDRESSES: ReadonlySet<number> = new Set(NETWORK_OPERATIONS.map(operationCode));
const PROTOCOLS = new Set([0, 6, 17]);
const ADDRESS_BYTES = 16;
const MAX_RESOLVERS = 3;

class Broken extends Error {}

function must(holds: boolean, otherwise: string): void {
  if (!holds) throw new Broken(otherwise);
}

/**
 * Whether tables from a worker may go to the kernel: every number leads somewhere, nothing exceeds the bounds, no key
 * comes twice. A worker that has fallen to its input can only make a policy for that input, and cannot break others.
 */
export function checkTables(tables: PolicyTables, context: TableContext): Result<void, string> {
  const limits = context.limits ?? COMPILE_LIMITS;
  try {
    checkComponents(tables, limits);
    checkMatchers(tables, limits);
    checkAccepts(tables, context, limits);
    checkNodes(tables, limits, context.undeclared);
    checkEdges(tables, limits);
    checkStarts(tables, context);
    checkDestinations(tables, context, limits);
    checkNames(tables, context, limits);
    checkLocalNames(tables, context);
    return success(undefined);
  } catch (error) {
    if (error instanceof Broken) return failure(error.message);
    throw error;
  }
}

function below(values: Uint32Array, bound: number, what: string): void {
  for (const value of values) if (value >= bound) throw new Broken(`${what} ${value} of ${bound}`);
}

function checkComponents({ components }: PolicyTables, limits: CompileLimits): void {
  must(components.length <= limits.components, 'too many components');
  const seen = new Set<string>();
  for (const component of components) {
    must(component.length >= 1 && component.length <= MAX_COMPONENT_BYTES, 'a component of impossible length');
    must(!component.includes(0) && !component.includes(0x2f), 'a component with NUL or /');
    seen.add(Buffer.from(component).toString('latin1'));
  }
  must(seen.size === components.length, 'a component comes twice');
}

/** Looks at every cell of every byte automaton: a step leads to a row of the same one, whatever the byte. */
function checkMatchers({ matchers, nodes }: PolicyTables, limits: CompileLimits): void {
  const { classes, map, width, rows, cells } = matchers;
  must(classes.length % BYTE_VALUES === 0 && classes.length / BYTE_VALUES <= limits.byteClasses, 'classes of bytes');
  must(cells.length >= 1 && cells.length <= limits.cells, 'too many cells, or none');
  must(width.length === map.length && rows.length === map.length, 'byte automata of unequal length');
  below(map, classes.length / BYTE_VALUES, 'map of classes');
  const beginnings = new Set([0]);
  let at = 1;
  for (let matcher = 0; matcher < map.length; matcher++) {
    const own = { width: width[matcher] ?? 0, rows: rows[matcher] ?? 0, first: at + MATCHER_HEAD };
    checkRows(cells, own);
    const from = (map[matcher] ?? 0) * BYTE_VALUES;
    const highest = Math.max(...classes.subarray(from, from + BYTE_VALUES));
    must(highest < own.width, 'a class beyond its row');
    beginnings.add(own.first);
    at = own.first + own.rows * own.width;
  }
  must(at === cells.length, 'cells that belong to no byte automaton');
  for (const row of nodes.row) must(beginnings.has(row), 'a row at which no byte automaton begins');
}

type Matcher = { readonly width: number; readonly rows: number; readonly first: number };

function checkRows(cells: Uint16Array, { width, rows, first }: Matcher): void {
  must(width >= 1 && width <= BYTE_VALUES && rows >= 1, 'a byte automaton without rows');
  const end = first + rows * width;
  must(end <= cells.length, 'a row beyond the cells');
  for (let cell = first; cell < end; cell++) {
    const isOutcome = (cell - first) % width === 0;
    must(isOutcome || (cells[cell] ?? 0) <= rows, 'next row');
  }
}

function checkAccepts({ accepts }: PolicyTables, { ruleIds }: TableContext, limits: CompileLimits): void {
  const count = accepts.silent.length;
  must(count >= 1 && count <= limits.accepts + 1, 'too many accepts, or none');
  must(accepts.verdict.length === count * SLOTS && accepts.rule.length === count * SLOTS, 'accepts of unequal length');
  for (let slot = 0; slot < accepts.rule.length; slot++) {
    const verdict = accepts.verdict[slot] ?? 0;
    const rule = accepts.rule[slot] ?? 0;
    must(verdict <= STRICTEST, 'an unknown verdict');
    must(rule === 0 ? verdict === 0 : ruleIds.has(rule), 'a verdict without a rule');
    must(slot >= SLOTS || verdict === 0, 'accept 0 says something');
    must(slot % SLOTS < OPERATIONS.length || verdict === 0, 'a verdict on an unknown operation');
  }
  below(accepts.silent, 1 << SLOTS, 'silent bits');
}

function checkNodes({ nodes, accepts }: PolicyTables, limits: CompileLimits, undeclared?: Undeclared): void {
  const count = nodes.wild.length;
  must(count >= 1 && count <= limits.states + 1, 'too many states, or none');
  for (const column of Object.values(nodes)) must(column.length === count, 'states of unequal length');
  below(nodes.wild, count, 'state');
  below(nodes.accept, accepts.silent.length, 'accept');
  below(nodes.residual, count + 1, 'residual');
  for (let state = 0; state < count; state++) {
    const strictest = nodes.strictest[state] ?? 0;
    must(strictest >= 1 && strictest <= STRICTEST, 'an unknown strictest verdict');
    must((nodes.flags[state] ?? 0) <= NODE_ABSORBING, 'an unknown flag');
    const stays = nodes.wild[state] === state && nodes.row[state] === 0;
    must(nodes.flags[state] !== NODE_ABSORBING || stays, 'an absorbing state that leads elsewhere');
  }
  const dead = [nodes.wild, nodes.row, nodes.accept, nodes.residual].every((column) => column[0] === 0);
  must(dead && nodes.strictest[0] === verdictCode(strictestSilence(undeclared)), 'state 0 is not dead');
}

function checkEdges({ edges, nodes, components }: PolicyTables, limits: CompileLimits): void {
  const count = edges.state.length;
  must(count <= limits.edges, 'too many edges');
  must(edges.component.length === count && edges.next.length === count, 'edges of unequal length');
  below(edges.state, nodes.wild.length, 'state of an edge');
  below(edges.next, nodes.wild.length, 'target of an edge');
  let before = -1;
  for (let edge = 0; edge < count; edge++) {
    const state = edges.state[edge] ?? 0;
    const component = edges.component[edge] ?? 0;
    must(state > 0 && component > 0, 'an edge from nowhere or without a name');
    must(nodes.flags[state] !== NODE_ABSORBING, 'an absorbing state with an edge');
    must(component <= components.length || component > OUTCOME_EDGE, 'an edge for a component that there is not');
    const key = state * 2 ** 32 + component;
    must(key > before, 'edges out of order');
    before = key;
  }
}

function checkStarts({ starts, nodes }: PolicyTables, { devices }: TableContext): void {
  must(starts.device.length === starts.state.length, 'starts of unequal length');
  below(starts.state, nodes.wild.length, 'start');
  must(new Set(starts.device).size === starts.device.length, 'a device comes twice');
  must(
    starts.device.every((device) => devices.has(device)),
    'a device that no mount has',
  );
}

function checkDestinations({ destinations }: PolicyTables, context: TableContext, limits: CompileLimits): void {
  const { address, prefixLength, ranges } = destinations;
  const count = prefixLength.length;
  must(count <= limits.destinations, 'too many destinations');
  must(address.length === count * ADDRESS_BYTES && ranges.length === count, 'destinations of unequal length');
  const seen = new Set<string>();
  for (let at = 0; at < count; at++) {
    const bits = prefixLength[at] ?? 0;
    const prefix = address.subarray(at * ADDRESS_BYTES, (at + 1) * ADDRESS_BYTES);
    must(bits <= ADDRESS_BYTES * 8, 'a prefix longer than an address');
    must(isZeroAfter(prefix, bits), 'an address with bits beyond its prefix');
    seen.add(`${Buffer.from(prefix).toString('hex')}/${bits}`);
    checkRanges(ranges[at] ?? [], context);
  }
  must(seen.size === count, 'a destination comes twice');
}

function checkNames({ names }: PolicyTables, context: TableContext, limits: CompileLimits): void {
  const { patterns, hosts, resolvers } = names;
  must(patterns.length <= limits.names, 'too many host names');
  must(hosts.length === patterns.length, 'host names without their rules');
  must(resolvers.length % ADDRESS_BYTES === 0, 'a name server without an address');
  must(resolvers.length / ADDRESS_BYTES <= MAX_RESOLVERS, 'too many name servers');
  const seen = new Set<string>();
  patterns.forEach(({ name, ending, host }, index) => {
    must(isWireName(name), 'a host name that is none');
    must(host === index + 1, 'a host name with the rules of another');
    seen.add(`${Buffer.from(name).toString('hex')}/${ending}`);
  });
  must(seen.size === patterns.length, 'a host name comes twice');
  for (const { ranges } of hosts) {
    must(ranges.length >= 1, 'a host name without rules');
    must(
      ranges.every(({ operation }) => operation === operationCode('connect')),
      'an operation that no host has',
    );
    checkRanges(ranges, context);
  }
}

/** Labels behind their lengths to the very end, which is the root's. */
function isWireName(name: Uint8Array): boolean {
  if (name.length < 2 || name.length > MAX_WIRE_NAME || lowerCased(name).some((byte, at) => byte !== name[at]))
    return false;
  let at = 0;
  for (let length = name[at] ?? 0; length > 0; length = name[at] ?? 0) {
    if (length >= 64) return false;
    at += length + 1;
  }
  return at === name.length - 1;
}

function checkLocalNames({ localNames }: PolicyTables, { ruleIds }: TableContext): void {
  must(localNames.length <= MAX_RULES, 'too many names of sockets');
  const seen = new Set<string>();
  for (const { name, exact, longer } of localNames) {
    must(name.length >= 1 && name.length <= MAX_LOCAL_NAME_BYTES, 'a name of impossible length');
    seen.add(Buffer.from(name).toString('latin1'));
    for (const { verdict, rule } of [exact, longer]) {
      must(verdict >= 0 && verdict <= STRICTEST, 'an unknown verdict on a name');
      must(rule === 0 ? verdict === 0 : verdict > 0 && ruleIds.has(rule), 'a name without a rule');
    }
  }
  must(seen.size === localNames.length, 'a name comes twice');
}

function isZeroAfter(address: Uint8Array, bits: number): boolean {
  return address.every((byte, at) => (byte & (0xff >> Math.min(8, Math.max(0, bits - at * 8)))) === 0);
}

function checkRanges(ranges: PolicyTables['destinations']['ranges'][number], { ruleIds }: TableContext): void {
  must(ranges.length <= MAX_PORT_RANGES, 'too many port ranges');
  for (const { low, high, protocol, verdict, operation, rule } of ranges) {
    must(low >= 0 && low <= high && high <= 0xffff, 'an impossible port range');
    must(PROTOCOLS.has(protocol), 'an unknown protocol');
    must(verdict >= 1 && verdict <= STRICTEST, 'an unknown verdict on a destination');
    must(ON_ADDRESSES.has(operation), 'an operation that no destination has');
    must(ruleIds.has(rule), 'a destination without a rule');
  }
}
