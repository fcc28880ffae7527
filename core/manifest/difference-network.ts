import { parsePrefix, speaksAbout } from '../policy/network-address.ts';
import type { NetworkRule, Policy } from '../policy/rule.ts';
import { NETWORK_OPERATIONS, type NetworkOperation } from '../policy/vocabulary.ts';
import type { Change } from './difference-paths.ts';
import { type Answer, isMore, judge, type Side, sentenceOf, tellingRule } from './difference-verdict.ts';
import { verbsOf } from './permission-words.ts';

const SPACE = 2n ** 128n;
const IPV4_START = 0xffff_0000_0000n;
const IPV4_END = 0x1_0000_0000_0000n;
const MAX_STRETCHES = 100_000;

type Placed = { readonly rule: NetworkRule; readonly first: bigint; readonly end: bigint; readonly isOld: boolean };

/** What changes for addresses; null where the two together are too much to compare. */
export function compareNetwork(before: Policy, after: Policy): Change[] | null {
  const rules = [
    ...before.network.map((rule) => placed(rule, true)),
    ...after.network.map((rule) => placed(rule, false)),
  ];
  const changes = new Map<string, Change>();
  let stretches = 0;
  for (const address of startsOf(
    rules.flatMap(({ first, end }) => [first, end]),
    SPACE,
  )) {
    const here = rules.filter((one) => one.first <= address && address < one.end && isSameFamily(one, address));
    for (const port of startsOf(
      here.flatMap(({ rule }) => [rule.ports.low, rule.ports.high + 1]).map(BigInt),
      65_536n,
    )) {
      stretches += 1;
      if (stretches > MAX_STRETCHES) return null;
      if (port > 0n || here.length === 0) compareAt(before, after, { here, address, port: Number(port) }, changes);
    }
  }
  return [...changes.values()];
}

type Stretch = { readonly here: readonly Placed[]; readonly address: bigint; readonly port: number };

function compareAt(
  before: Policy,
  after: Policy,
  { here, address, port }: Stretch,
  changes: Map<string, Change>,
): void {
  for (const operation of NETWORK_OPERATIONS) {
    for (const protocol of ['tcp', 'udp'] as const) {
      const speaking = here.filter(
        ({ rule }) =>
          rule.operation === operation &&
          (rule.protocol === 'any' || rule.protocol === protocol) &&
          rule.ports.low <= port &&
          port <= rule.ports.high,
      );
      const rulesOf = (isOld: boolean) => speaking.filter((one) => one.isOld === isOld).map(({ rule }) => rule);
      const was = judge(before, operation, rulesOf(true));
      const is = judge(after, operation, rulesOf(false));
      if (was.answer === is.answer) continue;
      const telling = tellingRule(was, is);
      const change = changeOf(operation, was.answer, is.answer, telling?.side ?? 'new', telling?.origin ?? null);
      const key = `${change.text} ${change.pointer}`;
      if (!changes.has(key)) changes.set(key, { ...change, example: `${shown(address)} port ${port}` });
    }
  }
}

function changeOf(
  operation: NetworkOperation,
  before: Answer,
  after: Answer,
  side: Side,
  origin: NetworkRule['origin'] | null,
): Change {
  const what = `${verbsOf([operation])} ${origin === null ? 'any address that no rule names' : objectOf(origin)}`;
  const kind = isMore(before, after) ? 'more' : 'less';
  return { kind, text: sentenceOf(before, after, what), pointer: origin?.pointer ?? null, side, example: null };
}

/** What is no address is said in words. */
function objectOf({ pointer, text }: NetworkRule['origin']): string {
  if (pointer.endsWith('.dns')) return 'the name servers of this machine';
  return pointer.endsWith('.via') ? 'the session’s proxy, for its hosts' : text;
}

function placed(rule: NetworkRule, isOld: boolean): Placed {
  const prefix = parsePrefix(rule.prefix);
  if (prefix === null) throw new Error(`“${rule.prefix}” is no address prefix`);
  const first = prefix.address.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  return { rule, first, end: first + (1n << BigInt(128 - prefix.length)), isOld };
}

/** A rule for IPv6 never means IPv4, though its bits may cover it. */
function isSameFamily({ rule }: Placed, address: bigint): boolean {
  const prefix = parsePrefix(rule.prefix);
  return prefix !== null && speaksAbout(prefix, { address: bytesOf(address), length: 128 });
}

function bytesOf(address: bigint): Uint8Array {
  return Uint8Array.from({ length: 16 }, (_, index) => Number((address >> BigInt(8 * (15 - index))) & 0xffn));
}

/** The beginnings of all stretches within which no bound lies. */
function startsOf(bounds: readonly bigint[], end: bigint): bigint[] {
  const all = new Set([0n, ...(end === SPACE ? [IPV4_START, IPV4_END] : [1n]), ...bounds]);
  return [...all].filter((bound) => bound < end).sort((a, b) => (a < b ? -1 : Number(a > b)));
}

function shown(address: bigint): string {
  const bytes = bytesOf(address);
  if (address >= IPV4_START && address < IPV4_END) return bytes.subarray(12).join('.');
  return Array.from({ length: 8 }, (_, i) => (((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0)).toString(16)).join(
    ':',
  );
}
