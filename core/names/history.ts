/** What a session has been told by its name servers: the history that decisions on names depend on. */
import { parseAddress } from '../policy/network-address.ts';
import { countedSeconds, LEARNING, type LearningSettings } from './learning.ts';

/** One address of one answer. */
export type Told = {
  readonly name: string;
  readonly address: string;
  /** As the answer has it. */
  readonly seconds: number;
  readonly atSeconds: number;
};

/** The names that have led to an address: those that still do, and those whose answers are too old. */
export type NamesOfAddress = { readonly current: readonly string[]; readonly expired: readonly string[] };

export const NO_NAMES: NamesOfAddress = { current: [], expired: [] };

export function namesOf(
  history: readonly Told[],
  address: string,
  nowSeconds: number,
  settings: LearningSettings = LEARNING,
): NamesOfAddress {
  const until = new Map<string, number>();
  for (const told of history) {
    if (!isSameAddress(told.address, address)) continue;
    const end = told.atSeconds + countedSeconds(told.seconds, settings);
    until.set(told.name, Math.max(end, until.get(told.name) ?? 0));
  }
  const names = [...until];
  return {
    current: names.filter(([, end]) => nowSeconds < end).map(([name]) => name),
    expired: names.filter(([, end]) => nowSeconds >= end).map(([name]) => name),
  };
}

function isSameAddress(one: string, other: string): boolean {
  const left = parseAddress(one);
  const right = parseAddress(other);
  return left !== null && right !== null && left.every((byte, index) => byte === right[index]);
}
