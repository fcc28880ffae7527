/** Where a session may listen: at a port of its own choice only as declared, at one that the kernel chooses only where every port is. */
import { type NetworkRule, type Policy, ruleId } from '../../core/policy/rule.ts';
import { originOf, policyOf } from '../../core/policy/testing/generated-policy.ts';
import type { NetworkOperation, Protocol } from '../../core/policy/vocabulary.ts';
import { decisionsIn } from './decisions.ts';
import { Performer } from './performer.ts';
import { TestSession } from './session.ts';
import type { StandingSetup } from './standing.ts';

const EPERM = 1;
const FROM_LISTEN = 1000;
const COMPANIONS = 7;

function rule(
  operation: NetworkOperation,
  prefix: string,
  low: number,
  high: number,
  protocol: Protocol = 'any',
): Omit<NetworkRule, 'id'> {
  const origin = originOf(`${operation} ${prefix}`, ruleId(1));
  return { effect: 'allow', operation, prefix, ports: { low, high }, protocol, origin };
}

function policyWith(rules: readonly Omit<NetworkRule, 'id'>[]): Policy {
  return { ...policyOf([]), network: rules.map((one, index) => ({ ...one, id: ruleId(index + 1) })) };
}

const DECLARED = policyWith([
  rule('listen', '127.0.0.1/32', 7300, 7309),
  rule('listen', '::1/128', 7300, 7309, 'tcp'),
  rule('listen', '0.0.0.0/32', 7320, 7320),
  rule('listen', '::/128', 7330, 7330),
  rule('connect', '127.0.0.1/32', 7340, 7340),
]);
const ANY_PORT = policyWith([rule('listen', '127.0.0.1/32', 0, 65_535), rule('listen', '0.0.0.0/32', 0, 0)]);
const FROM_ONE = policyWith([rule('listen', '0.0.0.0/0', 1, 65_535), rule('listen', '::/0', 1, 65_535)]);

type Case = readonly [name: string, attempt: string, policy: Policy, errno: number, records: string];

const CASES: readonly Case[] = [
  ['a declared port', 'listen 127.0.0.1 7300', DECLARED, 0, 'allow bind, allow listen'],
  ['another port', 'listen 127.0.0.1 7310', DECLARED, EPERM, 'block bind'],
  ['a declared port, IPv6', 'listen ::1 7309', DECLARED, 0, 'allow bind, allow listen'],
  ['another port, IPv6', 'listen ::1 7299', DECLARED, EPERM, 'block bind'],
  ['a declared port, IPv4 by IPv6', 'listen ::ffff:127.0.0.1 7301', DECLARED, 0, 'allow bind, allow listen'],
  ['another address, IPv4 by IPv6', 'listen ::ffff:127.0.0.2 7301', DECLARED, EPERM, 'block bind'],
  ['every address, where one is declared', 'listen 0.0.0.0 7300', DECLARED, EPERM, 'block bind'],
  ['every address, IPv6, where one is declared', 'listen :: 7300', DECLARED, EPERM, 'block bind'],
  ['every address, declared', 'listen 0.0.0.0 7320', DECLARED, 0, 'allow bind, allow listen'],
  ['every address, declared, without a family', 'listen unspecified 7320', DECLARED, 0, 'allow bind, allow listen'],
  ['every address, without a family', 'listen unspecified 7321', DECLARED, EPERM, 'block bind'],
  ['every address, IPv6, declared', 'listen :: 7330', DECLARED, 0, 'allow bind, allow listen'],
  ['a port that may be connected to', 'listen 127.0.0.1 7340', DECLARED, EPERM, 'block bind'],
  ['connecting where one may listen', 'connect 127.0.0.1 7300', DECLARED, EPERM, 'block connect'],
  ['datagrams at a declared port', 'bind-datagram 127.0.0.1 7302', DECLARED, 0, 'allow bind'],
  ['datagrams at another port', 'bind-datagram 127.0.0.1 7311', DECLARED, EPERM, 'block bind'],
  ['datagrams where only streams are declared', 'bind-datagram ::1 7302', DECLARED, EPERM, 'block bind'],
  ['any port of an own address', 'bind-stream 127.0.0.1 0', DECLARED, 0, ''],
  ['any port, datagrams', 'bind-datagram 0.0.0.0 0', DECLARED, 0, ''],
  ['listening at any port', 'listen 127.0.0.1 0', DECLARED, FROM_LISTEN + EPERM, 'block listen'],
  ['listening at any port, declared', 'listen 127.0.0.1 0', ANY_PORT, 0, 'allow listen'],
  ['listening unbound', 'listen-unbound 4', DECLARED, EPERM, 'block listen'],
  ['listening unbound, IPv6', 'listen-unbound 6', DECLARED, EPERM, 'block listen'],
  ['listening unbound, declared', 'listen-unbound 4', ANY_PORT, 0, 'allow listen'],
  ['listening unbound, IPv6, where IPv4 is declared', 'listen-unbound 6', ANY_PORT, EPERM, 'block listen'],
  ['listening unbound, every port but 0 declared', 'listen-unbound 4', FROM_ONE, EPERM, 'block listen'],
  ['listening at any port, every port but 0 declared', 'listen ::1 0', FROM_ONE, 0, 'allow listen'],
];

export async function listening({ guard, source, performer, tally }: StandingSetup): Promise<void> {
  const outside = new Performer(performer);
  for (const policy of [DECLARED, ANY_PORT, FROM_ONE]) {
    for (const companions of [0, COMPANIONS]) {
      const session = new TestSession(guard, policy);
      const inside = new Performer(performer, companions);
      await inside.perform('nothing', '');
      session.enter(inside.pid);
      for (const [name, attempt, , errno, records] of CASES.filter(([, , its]) => its === policy)) {
        const [operation = '', path = '', other = ''] = attempt.split(' ');
        const control = await outside.perform(operation, path, other);
        decisionsIn(source);
        const result = await inside.perform(operation, path, other);
        const said = decisionsIn(source).map(({ verdict, call }) => `${verdict} ${call}`);
        tally.check(
          `${name}, ${companions + 1} threads`,
          control === 0 && result === errno && said.join(', ') === records,
          `unguarded ${control}, errno ${result} instead of ${errno}, records “${said.join(', ')}”`,
        );
      }
      await inside.end();
      session.end();
    }
  }
  await outside.end();
}
