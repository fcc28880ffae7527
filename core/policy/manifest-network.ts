/** The rules on addresses that a manifest makes in a session. */
import { LOCALHOST, type Manifest, parseDeny, parseEgress, parseListen } from '../manifest/index.ts';
import { failure, type Result, success } from '../result.ts';
import type { BindContext } from './bind-context.ts';
import { parseAddress } from './network-address.ts';
import { atOrigin, type PolicyError } from './policy-error.ts';
import { type NetworkRule, type RuleOrigin, ruleId } from './rule.ts';
import type { Effect, NetworkOperation, Protocol } from './vocabulary.ts';

type Reach = { ports: NetworkRule['ports']; protocol?: Exclude<Protocol, 'any'> };
/** What one entry of a list says. */
type Entry = { pointer: string; text: string; operation: NetworkOperation; effect: Effect };
type Meaning = Result<({ prefixes: readonly string[] } & Reach) | null, { message: string; remedy: string }>;

const LOOPBACK = ['127.0.0.1/32', '::1/128'];
const PROXY = '127.0.0.1/32';
const NO_PROXY: PolicyError = {
  code: 'no-proxy',
  message: 'the manifest wants hosts to be reached through a proxy, and this session has none',
  remedy: 'Start the agent with a `ringfence run` of the same version as the helper.',
  rules: [],
  pointer: 'permissions.network.via',
};
const DNS_PORT = { low: 53, high: 53 };

/** Numbered from `firstId`. A host name makes no rule yet; the manifest's own warnings say so. */
export function networkRules(
  manifest: Manifest,
  context: BindContext,
  firstId: number,
): Result<NetworkRule[], PolicyError> {
  const rules: NetworkRule[] = [];
  if (manifest.permissions.network?.via === 'proxy' && context.proxyPort === undefined) return failure(NO_PROXY);
  for (const { entry, meaning } of entries(manifest, context)) {
    const { pointer, text, operation, effect } = entry;
    const origin: RuleOrigin = { source: 'manifest', pointer, text };
    if (!meaning.ok) return failure(atOrigin('bad-destination', origin, meaning.error.message, meaning.error.remedy));
    const { prefixes = [], ports = DNS_PORT, protocol = 'any' } = meaning.value ?? {};
    for (const prefix of prefixes) {
      rules.push({ id: ruleId(firstId + rules.length), effect, operation, prefix, ports, protocol, origin });
    }
  }
  return success(rules);
}

function entries({ permissions }: Manifest, context: BindContext): { entry: Entry; meaning: Meaning }[] {
  const { network, require_approval: asking } = permissions;
  const read = (
    texts: readonly string[] | undefined,
    list: string,
    what: Pick<Entry, 'operation' | 'effect'>,
    meaning: (text: string) => Meaning,
  ) =>
    (texts ?? []).map((text, index) => ({
      entry: { pointer: `${list}[${index}]`, text, ...what },
      meaning: meaning(text),
    }));
  const allow = (operation: NetworkOperation) => ({ operation, effect: 'allow' }) as const;
  const ask = (operation: NetworkOperation) => ({ operation, effect: 'require_approval' }) as const;
  const egress = (text: string) => meaningOfEgress(text, context);
  const asked = 'permissions.require_approval.network';
  return [
    ...read(network?.egress, 'permissions.network.egress', allow('connect'), egress),
    ...read(network?.listen, 'permissions.network.listen', allow('listen'), parseListen),
    ...read(network?.deny, 'permissions.network.deny', { operation: 'connect', effect: 'block' }, parseDeny),
    ...(network?.dns === undefined ? [] : [resolvers(network.dns, context)]),
    ...(network?.via === undefined ? [] : [proxy(network.via, context)]),
    ...read(asking?.network?.egress, `${asked}.egress`, ask('connect'), egress),
    ...read(asking?.network?.listen, `${asked}.listen`, ask('listen'), parseListen),
  ];
}

/** The hosts of egress are the proxy's to reach. */
function proxy(text: string, { proxyPort: port = 0 }: BindContext): { entry: Entry; meaning: Meaning } {
  const entry = { pointer: 'permissions.network.via', text, operation: 'connect', effect: 'allow' } as const;
  return { entry, meaning: success({ prefixes: [PROXY], ports: { low: port, high: port }, protocol: 'tcp' }) };
}

function meaningOfEgress(text: string, context: BindContext): Meaning {
  const parsed = parseEgress(text);
  if (!parsed.ok) return parsed;
  const egress = parsed.value;
  switch (egress.kind) {
    case 'address':
      return success({ ...egress, prefixes: [egress.prefix] });
    case 'name':
      return success(egress.name === LOCALHOST ? { ...egress, prefixes: LOOPBACK } : null);
    case 'symbol': {
      const host = context.symbols?.[egress.symbol];
      return host === undefined ? success(null) : meaningOfEgress(host, { ...context, symbols: {} });
    }
  }
}

function resolvers(text: string, context: BindContext): { entry: Entry; meaning: Meaning } {
  const prefixes = (context.resolvers ?? []).flatMap((address) => {
    const isKnown = parseAddress(address) !== null;
    return isKnown ? [`${address}/${address.includes(':') ? 128 : 32}`] : [];
  });
  const entry = { pointer: 'permissions.network.dns', text, operation: 'connect', effect: 'allow' } as const;
  return { entry, meaning: success({ prefixes, ports: DNS_PORT }) };
}
