/** Unix sockets of a manifest that are no paths, and the deputies that it leaves closed. */
import { type Manifest, type PermissionLists, parseLocalSocket } from '../manifest/index.ts';
import { failure, type Result, success } from '../result.ts';
import type { BindContext } from './bind-context.ts';
import { DEPUTIES, DESKTOP, type Deputy, deputyNamed, placeOfDeputy } from './deputies.ts';
import { pathComponents } from './host-path.ts';
import { resolveSymbol } from './manifest-paths.ts';
import { covers, parsePrefix } from './network-address.ts';
import { utf8 } from './pattern/bytes.ts';
import { joinPatterns } from './pattern/join-patterns.ts';
import { matchPath } from './pattern/match-path.ts';
import { escapePattern, parsePattern } from './pattern/parse-pattern.ts';
import { atOrigin, type PolicyError } from './policy-error.ts';
import {
  type LocalNameRule,
  type NetworkRule,
  type PathRule,
  type Policy,
  type RuleOrigin,
  ruleId,
  type Undeclared,
} from './rule.ts';
import { answerToUndeclared } from './undeclared.ts';
import type { Effect } from './vocabulary.ts';

export type SocketRules = { paths: PathRule[]; network: NetworkRule[]; localNames: LocalNameRule[] };

type Entry = { text: string; pointer: string; effect: Effect };

function entriesOf({ permissions }: Manifest): Entry[] {
  const read = ({ unix_sockets }: Pick<PermissionLists, 'unix_sockets'>, pointer: string, effect: Effect) =>
    (unix_sockets?.connect ?? []).map((text, index) => ({
      ...{ text, effect },
      pointer: `${pointer}.unix_sockets.connect[${index}]`,
    }));
  const asking = permissions.require_approval;
  return [
    ...read(permissions, 'permissions', 'allow'),
    ...(asking ? read(asking, 'permissions.require_approval', 'require_approval') : []),
  ];
}

/** What the manifest says of abstract names, and of deputies by name. Numbered from `firstId`. */
export function socketRules(
  manifest: Manifest,
  { home }: BindContext,
  firstId: number,
): Result<SocketRules, PolicyError> {
  const made = new RuleMaker(firstId, home);
  for (const { text, pointer, effect } of entriesOf(manifest)) {
    const origin: RuleOrigin = { source: 'manifest', pointer, text };
    const socket = parseLocalSocket(text);
    if (!socket.ok) return failure(atOrigin('bad-socket', origin, socket.error.message, socket.error.remedy));
    if (socket.value.kind === 'name') made.name({ ...socket.value, effect, origin });
    if (socket.value.kind === 'deputy') {
      const deputy = deputyNamed(text) as Deputy;
      made.deputy(deputy, deputy.grant === 'ask' ? 'require_approval' : effect, origin);
    }
  }
  return success(made.rules);
}

/** The deputies that the manifest names. */
function openedBy(manifest: Manifest): Set<string> {
  return new Set(entriesOf(manifest).map(({ text }) => text));
}

/** The rules among which deputies are closed. */
type Surroundings = { firstId: number; own: Pick<Policy, 'paths' | 'network'>; undeclared: Undeclared };

/**
 * Closes every deputy that the manifest does not name, whatever its patterns reach. Where no rule lets it connect and silence
 * refuses, nothing needs closing.
 */
export function closedDeputies(
  manifest: Manifest,
  context: BindContext,
  { firstId, own, undeclared }: Surroundings,
): Result<SocketRules, PolicyError> {
  const made = new RuleMaker(firstId, context.home);
  const opened = openedBy(manifest);
  const isSilenceNo = answerToUndeclared(undeclared, 'connect') === 'block';
  const connects = own.paths.some(({ operations }) => operations.includes('connect'));
  const isReached = ({ low, high }: PortRange) =>
    !isSilenceNo || own.network.some((rule) => reachesLoopback(rule, low, high));
  const isDesktopClosed = !DEPUTIES.some((deputy) => opened.has(deputy.name) && deputy.paths.some(isOfDesktop));
  for (const deputy of DEPUTIES) {
    if (opened.has(deputy.name)) continue;
    const paths = isSilenceNo && !connects ? [] : deputy.paths.filter((path) => !isDesktopClosed || !isOfDesktop(path));
    const rest = { ...deputy, paths, ports: deputy.ports.filter(isReached) };
    made.deputy(rest, 'block', { source: 'deputy', pointer: `deputies.${deputy.name}`, text: deputy.name });
  }
  if (isSilenceNo && !connects) return success(made.rules);
  if (isDesktopClosed) {
    made.path(DESKTOP.path, 'block', { source: 'deputy', pointer: 'deputies.desktop', text: 'desktop' });
    return success(made.rules);
  }
  // the rest of the desktop cannot be closed around one that is open: then no pattern may take in the rest
  const broad = broadDesktopGrant(manifest, context);
  return broad === null ? success(made.rules) : failure(broad);
}

function isOfDesktop(path: string): boolean {
  return path.startsWith('$');
}

type PortRange = { low: number; high: number };

function reachesLoopback({ operation, effect, prefix, ports }: NetworkRule, low: number, high: number): boolean {
  if (operation !== 'connect' || effect === 'block' || effect === 'kill') return false;
  if (ports.high < low || high < ports.low) return false;
  const own = parsePrefix(prefix);
  return LOOPBACK.map(parsePrefix).some(
    (loopback) => own !== null && loopback !== null && (covers(own, loopback) || covers(loopback, own)),
  );
}

/** Names that no rule means: what matches them matches whatever lies there. */
const ANY_SOCKETS = ['/run/user/1000/no-such-socket', '/run/user/1000/no-such-folder/no-such-socket'];

function broadDesktopGrant(manifest: Manifest, context: BindContext): PolicyError | null {
  for (const { text, pointer } of entriesOf(manifest)) {
    const origin: RuleOrigin = { source: 'manifest', pointer, text };
    const resolved = /^[/~$]/.test(text) ? resolveSymbol(origin, context) : null;
    if (!resolved?.ok || resolved.value === null) continue;
    const patterns = parsePattern(resolved.value);
    const isBroad = (path: string) => patterns.ok && patterns.value.some((one) => matchPath(one, pathComponents(path)));
    if (ANY_SOCKETS.some(isBroad)) {
      const problem = 'it reaches all sockets of the desktop, beside one that is opened by name';
      return atOrigin('bad-socket', origin, problem, 'name the sockets below /run/user that the skill needs');
    }
  }
  return null;
}

const LOOPBACK = ['127.0.0.0/8', '::1/128'];

class RuleMaker {
  readonly rules: SocketRules = { paths: [], network: [], localNames: [] };
  readonly #home: string;
  #next: number;

  constructor(firstId: number, home: string) {
    this.#next = firstId;
    this.#home = home.replace(/\/+$/, '');
  }

  name({ name, isPrefix, effect, origin }: Omit<LocalNameRule, 'id'>): void {
    this.rules.localNames.push({ id: this.#id(), effect, name, isPrefix, origin });
  }

  path(place: string, effect: Effect, origin: RuleOrigin): void {
    const pattern = placeOfDeputy(place, escapePattern(this.#home));
    this.rules.paths.push({ id: this.#id(), effect, operations: ['connect'], pattern, silent: false, origin });
  }

  deputy({ paths, names, ports }: Deputy, effect: Effect, origin: RuleOrigin): void {
    if (paths.length > 0)
      this.path(joinPatterns(paths.map((path) => placeOfDeputy(path, escapePattern(this.#home)))), effect, origin);
    for (const text of names) {
      const isPrefix = text.endsWith('*');
      const name = utf8(placeOfDeputy(isPrefix ? text.slice(0, -1) : text, this.#home));
      this.name({ name, isPrefix, effect, origin });
    }
    for (const range of ports) {
      for (const prefix of LOOPBACK) {
        const what = { operation: 'connect', protocol: 'tcp' } as const;
        this.rules.network.push({ id: this.#id(), effect, ...what, prefix, ports: range, origin });
      }
    }
  }

  #id() {
    return ruleId(this.#next++);
  }
}
