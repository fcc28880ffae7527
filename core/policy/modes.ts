/** Modes: how strictly an agent is held to its rules. What no mode opens, and why, is said in docs/decisions/0017. */
import { z } from 'zod';
import type { Decision } from './decision.ts';
import { DEPUTIES } from './deputies.ts';
import { type AddressRequest, evaluate, evaluateAddress, type PathRequest } from './evaluate.ts';
import type { ProtectedLocation } from './locations.ts';
import data from './modes.json' with { type: 'json' };
import { covers, parseAddress, parsePrefix } from './network-address.ts';
import type { Policy, Undeclared } from './rule.ts';
import {
  NETWORK_OPERATIONS,
  type NetworkOperation,
  type Operation,
  PATH_OPERATIONS,
  type Reason,
  type Verdict,
} from './vocabulary.ts';

/** From strict to lenient. Code = index; `rf_mode_kind`, where enforcing has no entry. */
export const MODES = ['enforce', 'permissive', 'audit'] as const;
export type Mode = (typeof MODES)[number];

export const modesSchema = z.strictObject({
  /** Protected locations of the guard's own: no mode opens them. */
  held_locations: z.array(z.string()).min(1),
});

const HELD_LOCATIONS: ReadonlySet<string> = new Set(modesSchema.parse(data).held_locations);

export function isHeldLocation(name: string): boolean {
  return HELD_LOCATIONS.has(name);
}

/** Ports of loopback behind which somebody acts for the person: no mode opens them. */
export function heldPorts(): number[] {
  const ranges = DEPUTIES.flatMap(({ ports }) => ports);
  return [...new Set(ranges.flatMap(({ low, high }) => Array.from({ length: high - low + 1 }, (_, i) => low + i)))];
}

export function modeCode(mode: Mode): number {
  return MODES.indexOf(mode);
}

export function strictestMode(modes: readonly Mode[]): Mode {
  return MODES.find((mode) => modes.includes(mode)) ?? 'enforce';
}

/** A decision as it turns out in a mode. `insteadOf`: it is allowed by the mode alone, and would be this. */
export type ModeDecision = Decision & { insteadOf?: Exclude<Verdict, 'allow'> };

/** What audit mode lets through, as long as `isHeld` does not say otherwise. */
const LET_THROUGH: ReadonlySet<Reason> = new Set([
  'rule',
  'no-rule',
  'location',
  'private-address',
  'name-expired',
  'answers-unread',
  'trust-dropped',
  'internal-filesystem',
  'limit-deletions',
  'limit-bytes',
]);

/** `evaluate` in a mode. Another program's socket and a device are in no mode more than the rules allow. */
export function evaluateInMode(
  mode: Mode,
  policy: Policy,
  locations: readonly ProtectedLocation[],
  request: PathRequest,
): ModeDecision {
  const isSocket = request.operation === 'connect';
  if (mode === 'enforce' || isSocket) return evaluate(policy, locations, request);
  const open = PATH_OPERATIONS.filter((operation) => operation !== 'connect');
  const decision = evaluate({ ...policy, undeclared: opened(policy.undeclared, open) }, locations, request);
  const isHeld = decision.location === undefined ? request.isDevice === true : isHeldLocation(decision.location);
  return inMode(mode, decision, isHeld);
}

/** `evaluateAddress` in a mode. */
export function evaluateAddressInMode(
  mode: Mode,
  policy: Policy,
  operation: NetworkOperation,
  request: AddressRequest,
): ModeDecision {
  if (mode === 'enforce' || isHeldAddress(request)) return evaluateAddress(policy, operation, request);
  const undeclared = opened(policy.undeclared, NETWORK_OPERATIONS);
  return inMode(mode, evaluateAddress({ ...policy, undeclared }, operation, request), false);
}

/** Silence that would refuse allows, and is reported; what it has asked about stays asked. */
function opened({ asks, audits }: Undeclared, operations: readonly Operation[]): Undeclared {
  return { asks, audits: [...new Set([...audits, ...operations.filter((one) => !asks.includes(one))])] };
}

function inMode(mode: Mode, decision: Decision, isHeld: boolean): ModeDecision {
  if (decision.reason === 'audit-mode') return { ...decision, insteadOf: 'block' };
  if (mode !== 'audit' || decision.verdict === 'allow' || isHeld || !LET_THROUGH.has(decision.reason)) return decision;
  return { ...decision, verdict: 'allow', insteadOf: decision.verdict };
}

const THIS_MACHINE = ['127.0.0.0/8', '0.0.0.0/8', '::/104'];

function isHeldAddress({ address, port }: AddressRequest): boolean {
  const bytes = parseAddress(address);
  if (bytes === null) throw new Error(`“${address}” is no address`);
  const own = { address: bytes, length: 128 };
  const isHere = THIS_MACHINE.map(parsePrefix).some((prefix) => prefix !== null && covers(prefix, own));
  return isHere && heldPorts().includes(port);
}

/** What bears on the mode of a session. Null: nobody has set it. */
export type ModeSources = {
  readonly machine: Mode | null;
  readonly agent: Mode | null;
  /** A manifest of the session says `"mode": "enforce"`. */
  readonly insists: boolean;
};

/** The strictest of what is set; where nothing is, the session is held to its rules. A manifest can only make it stricter. */
export function effectiveMode({ machine, agent, insists }: ModeSources): Mode {
  const set = [machine, agent].filter((mode) => mode !== null);
  return insists || set.length === 0 ? 'enforce' : strictestMode(set);
}
