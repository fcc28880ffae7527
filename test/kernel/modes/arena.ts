/** Places, rules and a session that modes are tried out in, without the helper. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type NetworkRule, type Policy, ruleId } from '../../../core/policy/rule.ts';
import { originOf, policyOf } from '../../../core/policy/testing/generated-policy.ts';
import { PATH_OPERATIONS } from '../../../core/policy/vocabulary.ts';
import type { KernelSource } from '../../../helper/audit/kernel-event.ts';
import type { Guard } from '../../../helper/kernel/guard.ts';
import type { Tally } from '../tally.ts';

export interface ModeSetup {
  readonly guard: Guard;
  readonly source: KernelSource;
  readonly performer: string;
  /** A program that does nothing. */
  readonly program: string;
  readonly tally: Tally;
}

export const EPERM = 1;
/** Whose protected locations are in force. */
export const PERSON = '/home/person';
export const PLACE = '/home/modes';
export const SECRET = `${PERSON}/.ssh`;
export const OF_GUARD = `${PERSON}/.config/ringfence`;

const FILES = PATH_OPERATIONS.filter((operation) => operation !== 'connect');
const PORTS = { silent: 7300, denied: 7301, asked: 7302, allowed: 7303, deputy: 9222 } as const;
export type Port = keyof typeof PORTS;

const BASE = policyOf([
  { effect: 'allow', operations: [...FILES], pattern: `${PLACE}/allowed/**`, silent: true },
  { effect: 'block', operations: [...FILES], pattern: `${PLACE}/denied/**` },
  { effect: 'require_approval', operations: [...FILES], pattern: `${PLACE}/asked/**` },
  { effect: 'allow', operations: ['read'], pattern: `${PLACE}/readable/**`, silent: true },
  { effect: 'allow', operations: [...FILES], pattern: `${PERSON}/**`, silent: true },
  { effect: 'block', operations: ['connect'], pattern: `${PLACE}/denied/**` },
]);

function portRule(position: number, effect: NetworkRule['effect'], port: Port): NetworkRule {
  const id = ruleId(BASE.paths.length + position);
  const ports = { low: PORTS[port], high: PORTS[port] };
  return {
    id,
    effect,
    operation: 'connect',
    prefix: '127.0.0.1/32',
    ports,
    protocol: 'any',
    origin: originOf('p', id),
  };
}

export const POLICY: Policy = {
  ...BASE,
  network: [portRule(1, 'block', 'denied'), portRule(2, 'require_approval', 'asked'), portRule(3, 'allow', 'allowed')],
};

export function portOf(name: Port): number {
  return PORTS[name];
}

/** Makes every place as it was. */
export function prepare(program: string): void {
  rmSync(PLACE, { recursive: true, force: true });
  const places = [
    ...['allowed', 'denied', 'asked', 'silent', 'readable'].map((name) => join(PLACE, name)),
    SECRET,
    OF_GUARD,
  ];
  for (const place of places) {
    mkdirSync(place, { recursive: true });
    rmSync(join(place, 'new'), { recursive: true, force: true });
    writeFileSync(join(place, 'file'), 'content');
    copyFileSync(program, join(place, 'program'));
  }
  // as /dev/null is
  for (const name of ['silent', 'denied']) execFileSync('mknod', [join(PLACE, name, 'device'), 'c', '1', '3']);
}

/** The whole session's directory of places exists before the locations are protected. */
export function prepareHome(program: string): void {
  for (const place of [SECRET, OF_GUARD]) mkdirSync(dirname(place), { recursive: true });
  prepare(program);
}
