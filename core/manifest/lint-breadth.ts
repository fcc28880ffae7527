import type { BindContext } from '../policy/bind-context.ts';
import { evaluate } from '../policy/evaluate.ts';
import { parsePrefix } from '../policy/network-address.ts';
import { type NameRule, type NetworkRule, type PathRule, type Policy, REFUSE_UNDECLARED } from '../policy/rule.ts';
import { coveredSets } from '../policy/rule-coverage.ts';
import type { PathOperation } from '../policy/vocabulary.ts';
import type { LintFinding } from './lint-finding.ts';
import { withSymbols } from './nominal-context.ts';
import { verbsOf } from './permission-words.ts';
import { secretFiles } from './secret-places.ts';

/** A name that no rule means: what matches it matches whatever lies there. */
const ANY = 'Q7x-no-such-name';

type Probe = { readonly path: string; readonly words: string; readonly operations: readonly PathOperation[] };

/** Where a grant is a broad one; the first that fits is told. */
function probes({ home, workspace, tmpdir }: BindContext): Probe[] {
  const all: readonly PathOperation[] = ['read', 'write', 'create', 'delete', 'exec'];
  const changing: readonly PathOperation[] = ['write', 'create', 'delete'];
  const running: readonly PathOperation[] = ['exec'];
  return [
    { path: `/${ANY}/${ANY}/${ANY}`, words: 'nearly everything', operations: all },
    { path: `/${ANY}`, words: 'whatever lies in the root directory', operations: all },
    { path: `/home/${ANY}/${ANY}`, words: 'the homes of all users', operations: all },
    { path: `${home}/${ANY}/${ANY}`, words: 'a whole home', operations: all },
    { path: `${home}/${ANY}`, words: 'whatever lies in the home directory itself', operations: all },
    { path: `/root/${ANY}`, words: 'the home of root', operations: all },
    { path: `/proc/${ANY}`, words: 'all of /proc', operations: all },
    { path: `/run/user/${ANY}/${ANY}`, words: 'the sockets of the whole desktop', operations: all },
    { path: `/etc/${ANY}`, words: 'the settings of the whole system', operations: all },
    { path: `/var/${ANY}/${ANY}`, words: 'the data of the whole system', operations: all },
    ...['/usr', '/bin', '/lib', '/opt', '/boot', '/dev', '/sys'].map((place) => ({
      path: `${place}/${ANY}`,
      words: `${place}, the system itself`,
      operations: changing,
    })),
    { path: `/usr/bin/${ANY}`, words: 'every program of the system', operations: running },
    { path: `/bin/${ANY}`, words: 'every program of the system', operations: running },
    ...(workspace === null
      ? []
      : [{ path: `${workspace}/${ANY}`, words: 'whatever is in the project', operations: running }]),
    { path: `${tmpdir}/${ANY}`, words: 'whatever is put into the temporary directory', operations: running },
    { path: `/tmp/${ANY}`, words: 'whatever is put into /tmp', operations: running },
  ];
}

/** Grants that reach much further than a skill needs, one finding for each entry. */
export function findBroadPaths(policy: Policy, context: BindContext): LintFinding[] {
  return grantsOf(policy).flatMap((rule) => {
    const alone = policyOf([rule]);
    const allows = (operation: PathOperation, path: string) =>
      evaluate(alone, [], { operation, path }).verdict === rule.effect;
    const probe = probes(context).find(({ path, operations }) =>
      operations.some((operation) => rule.operations.includes(operation) && allows(operation, path)),
    );
    if (probe !== undefined) {
      const operations = probe.operations.filter((operation) => rule.operations.includes(operation));
      const asks = rule.effect === 'allow' ? 'lets it' : 'lets it, after asking,';
      return [
        broad(
          rule.origin.pointer,
          `“${rule.origin.text}” ${asks} ${verbsOf(operations)} ${probe.words}`,
          'Name only what the skill needs.',
        ),
      ];
    }
    const secret = rule.operations.includes('read')
      ? secretFiles(context.home).find((path) => allows('read', path))
      : undefined;
    if (secret === undefined || rule.effect !== 'allow') return [];
    return [
      {
        level: 'warning',
        code: 'reaches-secrets',
        message: `“${rule.origin.text}” lets it read ${withSymbols(secret, context)}, where secrets are kept`,
        remedy: 'Name what beside it the skill needs, or put it into permissions.require_approval.',
        pointer: rule.origin.pointer,
      },
    ];
  });
}

function broad(pointer: string, message: string, remedy: string): LintFinding {
  return { level: 'warning', code: 'broad-grant', message, remedy, pointer };
}

function grantsOf({ paths }: Policy): PathRule[] {
  return paths.filter(({ effect, origin }) => origin.source === 'manifest' && effect !== 'block' && effect !== 'kill');
}

function policyOf(paths: readonly PathRule[]): Policy {
  const limits = { deletionsPerMinute: null, processes: null, bytesSent: null };
  const none = { network: [], names: [], resolvers: [], warnings: [] };
  return { paths, ...none, onViolation: 'block', undeclared: REFUSE_UNDECLARED, limits };
}

/** What the skill may both write and run: whoever can make it write a file has a program. */
export function findWritableProgram(policy: Policy, context: BindContext): LintFinding[] {
  const rules = policy.paths.filter(({ origin }) => origin.source === 'manifest');
  for (const set of coveredSets(rules) ?? []) {
    const allowed = (operation: PathOperation) => {
      const speaking = set.rules.filter(({ operations }) => operations.includes(operation));
      return speaking.length > 0 && speaking.every(({ effect }) => effect === 'allow') ? speaking[0] : undefined;
    };
    const running = allowed('exec');
    const writing = allowed('write') ?? allowed('create');
    if (running === undefined || writing === undefined) continue;
    const where = set.example === null ? '' : `, such as ${withSymbols(set.example, context)}`;
    return [
      {
        level: 'warning',
        code: 'writes-and-runs',
        message: `what “${writing.origin.text}” lets it write, “${running.origin.text}” lets it run${where}`,
        remedy: 'Write and run in different places, or ask before the one: permissions.require_approval.exec.',
        pointer: running.origin.pointer,
      },
    ];
  }
  return [];
}

const MANY_PORTS = 1024;
const METADATA = ['169.254.169.254', 'fd00:ec2::254'];

/** Networks and port ranges that are wider than any service. */
export function findBroadNetwork({ network, names }: Policy): LintFinding[] {
  return [...network, ...names].flatMap((rule) => {
    if (rule.origin.source !== 'manifest' || rule.effect === 'block' || rule.effect === 'kill') return [];
    const words = 'prefix' in rule ? networkWords(rule) : portWords(rule, rule.name);
    if (words === null) return [];
    const verb = 'prefix' in rule && rule.operation === 'listen' ? 'listen on' : 'connect to';
    return [
      broad(
        rule.origin.pointer,
        `“${rule.origin.text}” lets it ${verb} ${words}`,
        'Name the addresses and ports the skill needs.',
      ),
    ];
  });
}

function networkWords({ prefix, ports, operation }: NetworkRule): string | null {
  const length = parsePrefix(prefix)?.length ?? 128;
  const isV4 = !prefix.includes(':');
  const own = isV4 ? length - 96 : length;
  if (own === 0) return operation === 'listen' ? 'every address of this machine' : `every IPv${isV4 ? 4 : 6} address`;
  if (METADATA.some((address) => prefix.startsWith(`${address}/`))) return 'the metadata service of cloud machines';
  if (own < (isV4 ? 8 : 16)) return `a large part of all IPv${isV4 ? 4 : 6} addresses`;
  return portWords({ ports }, prefix);
}

function portWords({ ports }: Pick<NameRule, 'ports'>, place: string): string | null {
  const count = ports.high - ports.low + 1;
  if (ports.low <= 1 && ports.high === 65_535) return `every port of ${place}`;
  return count > MANY_PORTS ? `${count} ports of ${place}` : null;
}
