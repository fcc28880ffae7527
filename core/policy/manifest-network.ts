/** The rules on addresses and host names that a manifest makes in a session. */
import { LOCALHOST, type Manifest, parseDeny, parseEgress, parseListen } from '../manifest/index.ts';
import { coversName, parseNamePattern } from '../names/host-name.ts';
import { failure, type Result, success } from '../result.ts';
import type { BindContext } from './bind-context.ts';
import { parseAddress } from './network-address.ts';
import { atOrigin, type PolicyError } from './policy-error.ts';
import { type NameRule, type NetworkRule, type RuleOrigin, ruleId } from './rule.ts';
import type { Effect, NetworkOperation, Protocol } from './vocabulary.ts';

type Reach = { ports: NetworkRule['ports']; protocol?: Exclude<Protocol, 'any'> };
/** What one entry of a list says. */
type Entry = { pointer: string; text: string; operation: NetworkOperation; effect: Effect };
/** Whom it speaks of; null: nobody here. */
type Subject = (({ prefixes: readonly string[]; isResolvers?: true } | { name: string }) & Reach) | null;
type Meaning = Result<Subject, { message: string; remedy: string }>;
type Read = { entry: Entry; meaning: Meaning };

export type ManifestNetwork = {
  network: NetworkRule[];
  names: NameRule[];
  /** Name servers whose answers count for the names. */
  resolvers: string[];
  /** Numbers that were given out, those that are kept free included. */
  numbers: number;
};

const LOOPBACK = ['127.0.0.1/32', '::1/128'];
const PROXY = '127.0.0.1/32';
/** Leads there as well. */
const ANY_OWN = '0.0.0.0/32';
/** What the rule is called that keeps a skill from its agent's proxy. */
const AGENTS_PROXY = 'the proxy of the agent';
const NO_PROXY: PolicyError = {
  code: 'no-proxy',
  message: 'the manifest wants hosts to be reached through a proxy, and this session has none',
  remedy: 'Start the agent with a `ringfence run` of the same version as the helper.',
  rules: [],
  pointer: 'permissions.network.via',
};
const DNS_PORT = { low: 53, high: 53 };
/** As many as libc uses. So many numbers are kept for them: other rules keep theirs when the machine changes its name servers. */
const MOST_RESOLVERS = 3;
/** What the rule is called that a name brings along. */
const NAME_SERVERS = 'the name servers of this machine';

/** Numbered from `firstId`. */
export function networkRules(
  manifest: Manifest,
  context: BindContext,
  firstId: number,
): Result<ManifestNetwork, PolicyError> {
  const made: ManifestNetwork = { network: [], names: [], resolvers: [], numbers: 0 };
  const nextId = () => ruleId(firstId + made.numbers++);
  if (manifest.permissions.network?.via === 'proxy' && context.proxyPort === undefined) return failure(NO_PROXY);
  for (const { entry, meaning } of withResolvers(entries(manifest, context), context)) {
    const { pointer, text, operation, effect } = entry;
    const origin: RuleOrigin = { source: 'manifest', pointer, text };
    if (!meaning.ok) return failure(atOrigin('bad-destination', origin, meaning.error.message, meaning.error.remedy));
    const subject = meaning.value;
    if (subject === null) continue;
    const { ports, protocol = 'any' } = subject;
    if ('name' in subject) made.names.push({ id: nextId(), effect, name: subject.name, ports, protocol, origin });
    const prefixes = 'name' in subject ? knownPrefixes(subject.name, context) : subject.prefixes;
    const isResolvers = 'name' in subject ? false : subject.isResolvers === true;
    const kept = made.numbers + (isResolvers ? MOST_RESOLVERS : prefixes.length);
    for (const prefix of prefixes) {
      made.network.push({ id: nextId(), effect, operation, prefix, ports, protocol, origin });
    }
    made.numbers = kept;
  }
  return success({ ...made, resolvers: made.names.length > 0 ? resolversOf(context) : [] });
}

function entries({ permissions }: Manifest, context: BindContext): Read[] {
  const { network, require_approval: asking } = permissions;
  const read = (
    texts: readonly string[] | undefined,
    list: string,
    what: Pick<Entry, 'operation' | 'effect'>,
    meaning: (text: string) => Meaning | Meaning[],
  ) =>
    (texts ?? []).flatMap((text, index) =>
      [meaning(text)].flat().map((one) => ({ entry: { pointer: `${list}[${index}]`, text, ...what }, meaning: one })),
    );
  const allow = (operation: NetworkOperation) => ({ operation, effect: 'allow' }) as const;
  const ask = (operation: NetworkOperation) => ({ operation, effect: 'require_approval' }) as const;
  const egress = (text: string) =>
    meaningsOfEgress(text, context).map((meaning) => withoutHosts(network?.via === 'proxy', meaning));
  const asked = 'permissions.require_approval.network';
  return [
    ...read(network?.egress, 'permissions.network.egress', allow('connect'), egress),
    ...read(network?.listen, 'permissions.network.listen', allow('listen'), parseListen),
    ...read(network?.deny, 'permissions.network.deny', { operation: 'connect', effect: 'block' }, meaningOfDeny),
    ...(network?.dns === undefined ? [] : [resolverEntry('permissions.network.dns', network.dns, context)]),
    ...(network?.via === undefined ? [] : [proxy(network.via, context)]),
    ...(context.agentsProxyPort === undefined ? [] : [agentsProxy(context.agentsProxyPort)]),
    ...read(asking?.network?.egress, `${asked}.egress`, ask('connect'), egress),
    ...read(asking?.network?.listen, `${asked}.listen`, ask('listen'), parseListen),
  ];
}

/** Where there is a proxy the hosts of egress are its to reach, and nobody else's. */
function withoutHosts(hasProxy: boolean, meaning: Meaning): Meaning {
  return hasProxy && meaning.ok && meaning.value !== null && 'name' in meaning.value ? success(null) : meaning;
}

function proxy(text: string, { proxyPort: port = 0 }: BindContext): Read {
  const entry = { pointer: 'permissions.network.via', text, operation: 'connect', effect: 'allow' } as const;
  return { entry, meaning: success({ prefixes: [PROXY], ports: { low: port, high: port }, protocol: 'tcp' }) };
}

/** Whatever the manifest says: to the kernel it is a port like any other. */
function agentsProxy(port: number): Read {
  const entry = { pointer: 'permissions.network', text: AGENTS_PROXY, operation: 'connect', effect: 'block' } as const;
  return { entry, meaning: success({ prefixes: [PROXY, ANY_OWN], ports: { low: port, high: port } }) };
}

/** A symbol may stand for several hosts, or for none. */
function meaningsOfEgress(text: string, context: BindContext): Meaning[] {
  const parsed = parseEgress(text);
  if (!parsed.ok) return [parsed];
  const egress = parsed.value;
  switch (egress.kind) {
    case 'address':
      return [success({ ...egress, prefixes: [egress.prefix] })];
    case 'name':
      return [success(meaningOfName(egress))];
    case 'symbol': {
      const hosts = context.symbols?.[egress.symbol]?.split(' ') ?? [];
      return hosts.flatMap((host) => meaningsOfEgress(host, { ...context, symbols: {} }));
    }
  }
}

function meaningOfDeny(text: string): Meaning {
  const parsed = parseDeny(text);
  if (!parsed.ok) return parsed;
  return success('name' in parsed.value ? meaningOfName(parsed.value) : parsed.value);
}

/** `localhost` needs no name server to say what it is. */
function meaningOfName({ name, ports, protocol }: { name: string } & Reach): Exclude<Subject, null> {
  const reach = { ports, ...(protocol === undefined ? {} : { protocol }) };
  return name === LOCALHOST ? { prefixes: LOOPBACK, ...reach } : { name, ...reach };
}

/** Whoever may reach a host by its name may ask for the name. */
function withResolvers(all: readonly Read[], context: BindContext): readonly Read[] {
  if (all.some(({ entry }) => entry.pointer === 'permissions.network.dns')) return all;
  const first = all.find(
    ({ entry, meaning }) => entry.effect !== 'block' && meaning.ok && meaning.value !== null && 'name' in meaning.value,
  );
  if (first === undefined) return all;
  return [...all, resolverEntry(first.entry.pointer, NAME_SERVERS, context)];
}

function resolverEntry(pointer: string, text: string, context: BindContext): Read {
  const prefixes = resolversOf(context).map(prefixOf);
  return {
    entry: { pointer, text, operation: 'connect', effect: 'allow' },
    meaning: success({ prefixes, isResolvers: true, ports: DNS_PORT }),
  };
}

/** What no name server is asked for is learned from none: the machine's own word for it holds as long as the session. */
function knownPrefixes(name: string, { hosts = [] }: BindContext): string[] {
  const pattern = parseNamePattern(name);
  const known = hosts.filter((host) => coversName(pattern, parseNamePattern(host.name)));
  return [...new Set(known.flatMap(({ address }) => (parseAddress(address) === null ? [] : prefixOf(address))))];
}

function prefixOf(address: string): string {
  return `${address}/${address.includes(':') ? 128 : 32}`;
}

function resolversOf({ resolvers = [] }: BindContext): string[] {
  return resolvers.filter((address) => parseAddress(address) !== null).slice(0, MOST_RESOLVERS);
}
