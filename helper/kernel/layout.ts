/** The structs of bpf/ringfence.h, byte for byte. A test compiles the header and compares every size and offset. */
import { type Mode, modeCode } from '../../core/policy/modes.ts';
import type { Limits, Undeclared } from '../../core/policy/rule.ts';
import type { PolicyTables, PortRange } from '../../core/policy/tables.ts';
import { strictestSilence } from '../../core/policy/undeclared.ts';
import { type Operation, operationCode, verdictCode } from '../../core/policy/vocabulary.ts';

export const LAYOUT_VERSION = 3;

export const SIZES = {
  label: 24,
  session: 40,
  policy: 40,
  startKey: 8,
  superblock: 144,
  node: 20,
  edgeKey: 8,
  byteClasses: 256,
  cells: 8,
  accept: 84,
  inode: 16,
  skill: 24,
  pinKey: 24,
  locationName: 24,
  locationInode: 8,
  location: 16,
  destinationKey: 24,
  portRange: 12,
  destination: 388,
  localNameKey: 116,
  localName: 12,
  event: 216,
  question: 632,
  pending: 40,
  answer: 16,
  grantKey: 648,
  grant: 24,
  guard: 16,
  probe: 48,
  labelOrder: 32,
  taskReport: 56,
  counters: 48,
  nameKey: 264,
  hostKey: 8,
  host: 392,
  resolverKey: 20,
  learnedKey: 24,
  learned: 264,
  lookupSettings: 32,
  capturedAnswer: 4128,
  learnOrder: 1816,
  nameWait: 56,
  delegationKey: 16,
  delegation: 16,
  binding: 8,
  skillFileKey: 24,
  interpreterWord: 32,
  recognition: 8,
  waitingKey: 8,
  waiting: 8,
  mode: 16,
  everyone: 184,
  everyoneProgram: 8,
  everyoneRights: 32,
  scriptPath: 128,
  sightingKey: 32,
  sighting: 16,
} as const;

export const LIMITS = {
  operations: 16,
  portRanges: 32,
  states: 262_144,
  /** Blocks of CELLS_IN_BLOCK. */
  cells: 1_048_576,
  byteClasses: 8192,
  accepts: 16_384,
  locations: 1024,
  edges: 524_288,
  policies: 4096,
  skills: 4096,
  pins: 262_144,
  localNames: 65_536,
  interpreterWord: 28,
  lastingPorts: 4096,
  everyoneRows: 256,
  everyonePrograms: 4096,
  agents: 256,
  scriptPath: 128,
} as const;

/** In one struct rf_cells. */
export const CELLS_IN_BLOCK = 4;

/** Stands for nobody where a user id is expected: RF_NOBODY. */
export const NOBODY = 0xffff_ffff;

/** Name lengths, in bytes, up to which each interning map is used; the key of `names_N` has N bytes. */
export const NAME_CLASSES = [16, 32, 64, 128, 256] as const;

export interface Label {
  readonly session: bigint;
  readonly policy: number;
  readonly generation: number;
  readonly skill: number;
  readonly flags: number;
}

export interface TaskReport {
  readonly pid: number;
  readonly tid: number;
  readonly parentPid: number;
  /** errno as a negative number, 0 when labelling succeeded. */
  readonly error: number;
  readonly label: Label;
  readonly comm: string;
}

/** What holds for all of a policy, beside its tables. */
export interface PolicySettings {
  readonly onViolation: 'block' | 'kill';
  readonly undeclared: Undeclared;
  readonly limits: Limits;
  /** The number of the first rule of the base; 0: there is none. */
  readonly firstBaseRule: number;
}

export interface InodeKey {
  readonly device: number;
  readonly generation: number;
  readonly inode: bigint;
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export function encodeU32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  view(bytes).setUint32(0, value, true);
  return bytes;
}

export function encodeU64(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  view(bytes).setBigUint64(0, value, true);
  return bytes;
}

export function decodeU32(bytes: Uint8Array, offset = 0): number {
  return view(bytes).getUint32(offset, true);
}

export function decodeU64(bytes: Uint8Array, offset = 0): bigint {
  return view(bytes).getBigUint64(offset, true);
}

export function encodePair(first: number, second: number): Uint8Array {
  const bytes = new Uint8Array(8);
  const data = view(bytes);
  data.setUint32(0, first, true);
  data.setUint32(4, second, true);
  return bytes;
}

export function encodeLabel(label: Label): Uint8Array {
  const bytes = new Uint8Array(SIZES.label);
  const data = view(bytes);
  data.setBigUint64(0, label.session, true);
  data.setUint32(8, label.policy, true);
  data.setUint32(12, label.generation, true);
  data.setUint32(16, label.skill, true);
  data.setUint32(20, label.flags, true);
  return bytes;
}

export function decodeLabel(bytes: Uint8Array, offset: number): Label {
  const data = view(bytes);
  return {
    session: data.getBigUint64(offset, true),
    policy: data.getUint32(offset + 8, true),
    generation: data.getUint32(offset + 12, true),
    skill: data.getUint32(offset + 16, true),
    flags: data.getUint32(offset + 20, true),
  };
}

export function encodeLabelOrder(pid: number, label: Label): Uint8Array {
  const bytes = new Uint8Array(SIZES.labelOrder);
  view(bytes).setUint32(0, pid, true);
  bytes.set(encodeLabel(label), 8);
  return bytes;
}

/** NUL-terminated bytes that a process chose: shown, never trusted. */
export function decodeComm(bytes: Uint8Array, offset: number): string {
  const raw = bytes.subarray(offset, offset + 16);
  const end = raw.indexOf(0);
  return new TextDecoder().decode(end < 0 ? raw : raw.subarray(0, end));
}

export function decodeTaskReports(bytes: Uint8Array): TaskReport[] {
  const reports: TaskReport[] = [];
  const data = view(bytes);
  for (let at = 0; at + SIZES.taskReport <= bytes.length; at += SIZES.taskReport) {
    reports.push({
      pid: data.getUint32(at, true),
      tid: data.getUint32(at + 4, true),
      parentPid: data.getUint32(at + 8, true),
      error: data.getInt32(at + 12, true),
      label: decodeLabel(bytes, at + 16),
      comm: decodeComm(bytes, at + 40),
    });
  }
  return reports;
}

export function encodeInode(key: InodeKey): Uint8Array {
  const bytes = new Uint8Array(SIZES.inode);
  const data = view(bytes);
  data.setUint32(0, key.device, true);
  data.setUint32(4, key.generation, true);
  data.setBigUint64(8, key.inode, true);
  return bytes;
}

/** RF_LABEL_LATE: the task ran before it was labelled. */
export const LABEL_LATE = 1;
/** RF_LABEL_SKILLS: the session has skills with manifests of their own. */
export const LABEL_SKILLS = 2;
/** RF_LABEL_RECOGNISED: the session was begun by nobody's word, but by what was executed. */
export const LABEL_RECOGNISED = 4;
const LABEL_AGENT_SHIFT = 8;

/** Flags of a label whose session is an agent's that was recognised. */
export function recognisedFlags(agent: number, late: boolean): number {
  return LABEL_RECOGNISED | (late ? LABEL_LATE : 0) | (agent << LABEL_AGENT_SHIFT);
}

/** Flags of a label whose session somebody started: the agent's number says no more than what is its own. */
export function startedFlags(agent: number, hasSkills: boolean): number {
  return (hasSkills ? LABEL_SKILLS : 0) | (agent << LABEL_AGENT_SHIFT);
}

/** The agent's number; 0: the session is none that was recognised. */
export function agentInFlags(flags: number): number {
  return flags & LABEL_RECOGNISED ? flags >>> LABEL_AGENT_SHIFT : 0;
}

/** What a process that runs a skill is held to besides: numbers of the skill's policy and of the skill. */
export interface SkillBinding {
  readonly policy: number;
  readonly skill: number;
}

export function encodeBinding({ policy, skill }: SkillBinding): Uint8Array {
  return encodePair(policy, skill);
}

/** `policy`: of the session. */
export function encodeSkillFileKey(object: InodeKey, policy: number): Uint8Array {
  const bytes = new Uint8Array(SIZES.skillFileKey);
  bytes.set(encodeInode(object), 0);
  view(bytes).setUint32(16, policy, true);
  return bytes;
}

/** Throws RangeError for a word that is longer than the kernel compares. */
export function encodeInterpreterWord(interpreter: number, word: string): Uint8Array {
  const bytes = new Uint8Array(SIZES.interpreterWord);
  const text = new TextEncoder().encode(word);
  if (text.length >= LIMITS.interpreterWord) throw new RangeError(`“${word}” is too long a word`);
  bytes.set(encodeU32(interpreter), 0);
  bytes.set(text, 4);
  return bytes;
}

export interface SkillState {
  readonly session: bigint;
  /** CLOCK_MONOTONIC; 0: what was bound is unchanged. */
  readonly droppedNs: bigint;
  /** Who changed it; 0: the helper found it changed. */
  readonly pid: number;
}

export function encodeSkill({ session, droppedNs, pid }: SkillState): Uint8Array {
  const bytes = new Uint8Array(SIZES.skill);
  const data = view(bytes);
  data.setBigUint64(0, session, true);
  data.setBigUint64(8, droppedNs, true);
  data.setUint32(16, pid, true);
  return bytes;
}

export function decodeSkill(bytes: Uint8Array): SkillState {
  const data = view(bytes);
  return {
    session: data.getBigUint64(0, true),
    droppedNs: data.getBigUint64(8, true),
    pid: data.getUint32(16, true),
  };
}

export function encodePinKey(key: InodeKey, skill: number): Uint8Array {
  const bytes = new Uint8Array(SIZES.pinKey);
  bytes.set(encodeInode(key), 0);
  view(bytes).setUint32(16, skill, true);
  return bytes;
}

export function encodeLocationName(parent: InodeKey, component: number): Uint8Array {
  const bytes = new Uint8Array(SIZES.locationName);
  bytes.set(encodeInode(parent), 0);
  view(bytes).setUint32(16, component, true);
  return bytes;
}

export function encodeSuperblock(identity: bigint, flags: number, bloom: BigUint64Array): Uint8Array {
  const bytes = new Uint8Array(SIZES.superblock);
  const data = view(bytes);
  data.setBigUint64(0, identity, true);
  data.setUint32(8, flags, true);
  bloom.forEach((word, index) => {
    data.setBigUint64(16 + index * 8, word, true);
  });
  return bytes;
}

/** Sets the bit that the kernel tests before it looks an inode up. */
export function addToBloom(bloom: BigUint64Array, inode: bigint): void {
  const bit = BigInt.asUintN(64, inode * 0x9e3779b97f4a7c15n) >> 54n;
  const word = Number(bit >> 6n);
  bloom[word] = (bloom[word] ?? 0n) | (1n << (bit & 63n));
}

const POLICY_KILL = 1;
const POLICY_NAMES = 2;
const MOST_U32 = 0xffff_ffff;

/** In the kernel 0 stands for no limit, so a limit of nothing at all cannot be said. Throws RangeError for one. */
function encodeLimit(limit: number | null, what: string): number {
  if (limit === 0) throw new RangeError(`a limit of 0 ${what} cannot be put in force`);
  return limit ?? 0;
}

function maskOf(operations: readonly Operation[]): number {
  return operations.reduce((mask, operation) => mask | (1 << operationCode(operation)), 0);
}

export function encodePolicy(generation: number, settings: PolicySettings, hasNames = false): Uint8Array {
  const { onViolation, undeclared, limits, firstBaseRule } = settings;
  const bytes = new Uint8Array(SIZES.policy);
  const data = view(bytes);
  const asks = maskOf(undeclared.asks);
  data.setUint32(0, generation, true);
  data.setUint32(4, (onViolation === 'kill' ? POLICY_KILL : 0) | (hasNames ? POLICY_NAMES : 0), true);
  data.setUint32(8, asks, true);
  data.setUint32(12, maskOf(undeclared.audits) & ~asks, true);
  data.setUint32(16, firstBaseRule, true);
  data.setUint32(20, Math.min(MOST_U32, encodeLimit(limits.deletionsPerMinute, 'deletions')), true);
  data.setUint32(24, Math.min(MOST_U32, encodeLimit(limits.processes, 'processes')), true);
  data.setUint32(28, verdictCode(strictestSilence(undeclared)), true);
  data.setBigUint64(32, BigInt(encodeLimit(limits.bytesSent, 'bytes')), true);
  return bytes;
}

/** The trie's key: 32 bits of policy, then the address. */
export function encodeDestinationKey(policy: number, address: Uint8Array, prefixLength: number): Uint8Array {
  const bytes = new Uint8Array(SIZES.destinationKey);
  const data = view(bytes);
  data.setUint32(0, 32 + prefixLength, true);
  data.setUint32(4, policy, false);
  bytes.set(address, 8);
  return bytes;
}

export function encodeDestination(ranges: readonly PortRange[]): Uint8Array {
  const bytes = new Uint8Array(SIZES.destination);
  view(bytes).setUint32(0, ranges.length, true);
  encodeRanges(view(bytes), 4, ranges);
  return bytes;
}

export function encodeRanges(data: DataView, from: number, ranges: readonly PortRange[]): void {
  ranges.forEach((range, index) => {
    const at = from + index * SIZES.portRange;
    data.setUint16(at, range.low, true);
    data.setUint16(at + 2, range.high, true);
    data.setUint8(at + 4, range.protocol);
    data.setUint8(at + 5, range.verdict);
    data.setUint16(at + 6, range.operation, true);
    data.setUint32(at + 8, range.rule, true);
  });
}

/** Who has a delegated right: numbers of the session's policy and of programs; `startedBy` 0: whoever executes it. */
export interface DelegationHolder {
  readonly policy: number;
  readonly program: number;
  readonly startedBy: number;
}

export function encodeDelegationKey({ policy, program, startedBy }: DelegationHolder): Uint8Array {
  const bytes = new Uint8Array(SIZES.delegationKey);
  bytes.set(encodePair(policy, program), 0);
  bytes.set(encodeU32(startedBy), 8);
  return bytes;
}

export interface Delegation {
  /** Number of the policy that holds its rules. */
  readonly policy: number;
  /** Protected location that it reaches into, 0: none. */
  readonly location: number;
  /** enum rf_arguments. */
  readonly arguments: number;
}

export function encodeDelegation({ policy, location, arguments: shape }: Delegation): Uint8Array {
  const bytes = new Uint8Array(SIZES.delegation);
  bytes.set(encodePair(policy, location), 0);
  bytes.set(encodeU32(shape), 8);
  return bytes;
}

/** The trie's key: 32 bits of policy, then the name. */
export function encodeLocalNameKey(policy: number, name: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(SIZES.localNameKey);
  const data = view(bytes);
  data.setUint32(0, 32 + name.length * 8, true);
  data.setUint32(4, policy, false);
  bytes.set(name, 8);
  return bytes;
}

export function encodeLocalName({ name, exact, longer }: PolicyTables['localNames'][number]): Uint8Array {
  const bytes = new Uint8Array(SIZES.localName);
  const data = view(bytes);
  data.setUint32(0, exact.rule, true);
  data.setUint32(4, longer.rule, true);
  data.setUint8(8, exact.verdict);
  data.setUint8(9, longer.verdict);
  data.setUint16(10, name.length, true);
  return bytes;
}

/** How strictly a session is held to its rules. `untilNs`: CLOCK_BOOTTIME, null: no end. */
export interface SessionMode {
  readonly mode: Mode;
  readonly untilNs: bigint | null;
}

export function encodeMode({ mode, untilNs }: SessionMode): Uint8Array {
  const bytes = new Uint8Array(SIZES.mode);
  bytes.set(encodeU64(untilNs ?? 0n), 0);
  view(bytes).setUint32(8, modeCode(mode), true);
  return bytes;
}

/** What a row's number is joined with where locations are named: RF_ROW_LOCATION. */
export const ROW_LOCATION = LIMITS.locations;

const LETS_THROUGH = 1;

/** What holds for everyone else. */
export interface EveryoneHeld {
  /** Number of the policy whose automaton knows the places; 0: nobody is held to anything. */
  readonly policy: number;
  /** Number of the one that knows what agents are kept from; 0: nothing beside their own. */
  readonly agentsPolicy: number;
  /** What would be blocked is put on record only. */
  readonly letsThrough: boolean;
  /** When it no longer is let through: CLOCK_BOOTTIME, null: no end. */
  readonly untilNs: bigint | null;
  /** Bit per byte that a name right below a home begins with, where any place is: 32 bytes. */
  readonly beginnings: Uint8Array;
  /** Inodes of homes, and of filesystems below them. */
  readonly homes: readonly InodeKey[];
}

export function encodeEveryone({
  policy,
  agentsPolicy,
  letsThrough,
  untilNs,
  beginnings,
  homes,
}: EveryoneHeld): Uint8Array {
  const bytes = new Uint8Array(SIZES.everyone);
  const data = view(bytes);
  data.setUint32(0, policy, true);
  data.setUint32(4, letsThrough ? LETS_THROUGH : 0, true);
  bytes.set(beginnings, 8);
  const bloom = new BigUint64Array(16);
  for (const { inode } of homes) addToBloom(bloom, inode);
  bloom.forEach((word, index) => {
    data.setBigUint64(40 + index * 8, word, true);
  });
  data.setBigUint64(168, untilNs ?? 0n, true);
  data.setUint32(176, agentsPolicy, true);
  return bytes;
}

/** Bit per row. Throws RangeError for one that the kernel has no room for. */
export function encodeRights(rows: Iterable<number>): Uint8Array {
  const bytes = new Uint8Array(SIZES.everyoneRights);
  for (const row of rows) {
    if (row < 1 || row >= LIMITS.everyoneRows) throw new RangeError(`there is no room for row ${row}`);
    bytes[row >> 3] = (bytes[row >> 3] ?? 0) | (1 << (row & 7));
  }
  return bytes;
}

/** Null: the path is longer than the kernel compares. */
export function encodeScriptPath(path: string): Uint8Array | null {
  const bytes = new Uint8Array(SIZES.scriptPath);
  const text = new TextEncoder().encode(path);
  if (text.length >= LIMITS.scriptPath) return null;
  bytes.set(text);
  return bytes;
}
