import baseData from '../policy/base.json' with { type: 'json' };
import type { BindContext } from '../policy/bind-context.ts';
import { DELEGATED_RIGHTS, holderOf } from '../policy/delegated-rights.ts';
import { loadLocations } from '../policy/locations.ts';
import type { PolicyError } from '../policy/policy-error.ts';
import { policyFromManifest } from '../policy/policy-from-manifest.ts';
import type { Limits, LocalNameRule, NameRule, NetworkRule, PathRule, Policy } from '../policy/rule.ts';
import { answerToUndeclared } from '../policy/undeclared.ts';
import { type Effect, OPERATIONS, type Operation } from '../policy/vocabulary.ts';
import { type Result, success } from '../result.ts';
import { withClassNames } from './class-names.ts';
import { EGRESS_SYMBOLS } from './egress.ts';
import { closedForever, closedHere, deputySentence, localNameSentence } from './explain-sockets.ts';
import { hostNames } from './host-names.ts';
import { whereItApplies } from './nominal-context.ts';
import { joinWords, verbsOf } from './permission-words.ts';
import type { Manifest } from './schema.ts';

/** One thing the manifest says, and where it says it. */
export type ExplainedLine = { readonly text: string; readonly pointer: string | null };
export type ExplainedSection = { readonly title: string; readonly lines: readonly ExplainedLine[] };

/** A manifest in words, in the order in which the kernel decides: what refuses first comes first. */
export function explainManifest(
  whole: Manifest,
  session: BindContext,
): Result<readonly ExplainedSection[], PolicyError> {
  const { manifest, context } = whereItApplies(whole, session);
  const made = policyFromManifest(manifest, context);
  if (!made.ok) return made;
  const policy = withClassNames(made.value, manifest);
  const sections: ExplainedSection[] = [
    { title: 'What it is', lines: identity(whole) },
    { title: 'What the symbols stand for', lines: symbols(context) },
    {
      title: '1. Never, whatever a manifest says',
      lines: [...locations(context), ...closedForever().map((text) => line(text))],
    },
    { title: '2. Refused', lines: rulesOf(policy, ['block', 'kill']) },
    { title: '3. Asked about each time', lines: rulesOf(policy, ['require_approval']) },
    { title: '4. Allowed', lines: [...rulesOf(policy, ['allow']), ...unresolved(manifest, context)] },
    { title: '5. Allowed to every skill', lines: base() },
    { title: 'Allowed to some programs by themselves, unless it is refused under 2', lines: delegated() },
    { title: '6. Whatever no rule names', lines: [...silence(policy), ...closed(policy)] },
    { title: 'When something is refused', lines: [violation(policy)] },
    { title: 'In all', lines: [...limits(policy.limits), ...variables(manifest)] },
    { title: 'To know', lines: policy.warnings.map((text) => ({ text, pointer: null })) },
  ];
  return success(sections.filter(({ lines }) => lines.length > 0));
}

function line(text: string, pointer: string | null = null): ExplainedLine {
  return { text, pointer };
}

function identity({ skill_id, version, signature, applies_to, mode, hashes }: Manifest): ExplainedLine[] {
  const files = Object.keys(hashes).length;
  return [
    line(`${skill_id} ${version}, ${files === 1 ? '1 file' : `${files} files`}`),
    line(
      signature === undefined ? 'not signed: the guard refuses it' : `says that ${signature.signed_by} signed it`,
      'signature',
    ),
    ...(applies_to?.agents === undefined
      ? []
      : [line(`for ${joinWords(applies_to.agents) || 'no agent'} alone`, 'applies_to.agents')]),
    ...(applies_to?.skill_root === undefined
      ? []
      : [line(`only where it lies in ${applies_to.skill_root}`, 'applies_to.skill_root')]),
    ...(mode === 'audit'
      ? [line('asks to be audited only, which counts where an administrator grants it', 'mode')]
      : []),
  ];
}

function symbols({ home, workspace, skill, tmpdir }: BindContext): ExplainedLine[] {
  return [
    line(`~ is ${home}`),
    line(
      workspace === null
        ? '$WORKSPACE is nothing here: what begins with it has no effect'
        : `$WORKSPACE is ${workspace}`,
    ),
    line(`$SKILL is ${skill}`),
    line(`$TMPDIR is ${tmpdir}`),
  ];
}

function locations({ home }: BindContext): ExplainedLine[] {
  return loadLocations(home).map(({ path, verdicts, why }) => {
    const refused = OPERATIONS.filter((operation) => verdicts[operation] === 'block' && operation !== 'listen');
    return line(`may not ${verbsOf(refused)} ${path}: ${why}`);
  });
}

type Rule = PathRule | NetworkRule | NameRule | LocalNameRule;

/** Rules of one entry, such as those for links, are told together. */
function rulesOf(policy: Policy, effects: readonly Effect[]): ExplainedLine[] {
  const own = [...policy.paths, ...policy.network, ...policy.names, ...(policy.localNames ?? [])].filter(
    ({ origin, effect }) => origin.source === 'manifest' && effects.includes(effect),
  );
  const byEntry = new Map<string, Rule[]>();
  for (const rule of own) {
    const key = `${rule.origin.pointer} ${rule.origin.text}`;
    byEntry.set(key, [...(byEntry.get(key) ?? []), rule]);
  }
  return [...byEntry.values()].flatMap((rules) => (rules[0] === undefined ? [] : [entryLine(rules[0], rules)]));
}

const SHOWN_PATTERNS = 3;

function entryLine(first: Rule, rules: readonly Rule[]): ExplainedLine {
  const deputy = deputySentence(first.origin);
  if (deputy !== null) return line(deputy, first.origin.pointer);
  if ('isPrefix' in first) return line(localNameSentence(first), first.origin.pointer);
  if ('pattern' in first) {
    const patterns = rules.flatMap((rule) =>
      'pattern' in rule && rule.pattern !== first.origin.text ? [rule.pattern] : [],
    );
    const shown =
      patterns.length > SHOWN_PATTERNS + 1
        ? [...patterns.slice(0, SHOWN_PATTERNS), `${patterns.length - SHOWN_PATTERNS} more`]
        : patterns;
    const meaning = shown.length === 0 ? '' : ` (${joinWords(shown)})`;
    const changes = first.effect === 'block' || first.effect === 'kill' ? 'touch' : verbsOf(first.operations);
    return line(`${changes} ${first.origin.text}${meaning}`, first.origin.pointer);
  }
  const protocol = first.protocol === 'any' ? '' : ` by ${first.protocol} alone`;
  const { low, high } = first.ports;
  const ports = low === high ? `port ${low}` : low <= 1 && high === 65_535 ? 'any port' : `ports ${low} to ${high}`;
  if ('name' in first)
    return line(`${verbsOf(['connect'])} ${hostWords(first)} at ${ports}${protocol}`, first.origin.pointer);
  const prefixes = rules.flatMap((rule) => ('prefix' in rule ? [rule.prefix.replace(/\/(32|128)$/, '')] : []));
  return line(
    `${verbsOf([first.operation])} ${joinWords([...new Set(prefixes)])} at ${ports}${protocol}`,
    first.origin.pointer,
  );
}

function hostWords({ name, origin }: NameRule): string {
  const words = name.startsWith('*.') ? `every host below ${name.slice(2)}` : name;
  return origin.text.startsWith('@') ? `${words} (${origin.text})` : words;
}

/** Hosts that no rule of the kernel's opens: the proxy's to reach, or known when the agent starts. */
function unresolved(manifest: Manifest, { symbols }: BindContext): ExplainedLine[] {
  const granted = hostNames(manifest).filter(({ grants }) => grants);
  if (manifest.permissions.network?.via === 'proxy')
    return granted.map(({ text, pointer }) => line(`reach ${text} through the session’s proxy`, pointer));
  return granted
    .filter(({ text }) => EGRESS_SYMBOLS.some((one) => one === text && symbols?.[one] === undefined))
    .map(({ text, pointer }) => line(`connect to what ${text} stands for when the agent starts`, pointer));
}

function base(): ExplainedLine[] {
  return baseData.rules.map(({ why, operations }, index) =>
    line(`${verbsOf(operations as Operation[])}: ${why}`, `base.rules[${index}]`),
  );
}

function delegated(): ExplainedLine[] {
  return DELEGATED_RIGHTS.flatMap((right) =>
    right.rules.map(({ effect, operations, paths }, index) => {
      const may = effect === 'allow' ? 'may' : 'may, once a person has said yes,';
      return line(
        `${holderOf(right)} ${may} ${verbsOf(operations)} ${joinWords(paths)}`,
        `delegated.${right.id}.rules[${index}]`,
      );
    }),
  );
}

const ANSWERS: Readonly<Record<'allow' | 'require_approval' | 'block', string>> = {
  allow: 'is allowed and recorded (audit mode)',
  require_approval: 'is asked about',
  block: 'is refused',
};

function silence({ undeclared }: Policy): ExplainedLine[] {
  return (['block', 'require_approval', 'allow'] as const).flatMap((answer) => {
    const operations = OPERATIONS.filter((operation) => answerToUndeclared(undeclared, operation) === answer);
    return operations.length === 0 ? [] : [line(`to ${verbsOf(operations)} ${ANSWERS[answer]}`)];
  });
}

function closed(policy: Policy): ExplainedLine[] {
  const sentence = closedHere(policy);
  return sentence === null ? [] : [line(sentence)];
}

function violation({ onViolation }: Policy): ExplainedLine {
  return onViolation === 'kill'
    ? line('the call fails with EPERM, and the process is killed', 'on_violation')
    : line('the call fails with EPERM, and the process goes on', 'on_violation');
}

function limits({ deletionsPerMinute, processes, bytesSent }: Limits): ExplainedLine[] {
  return [
    ...(deletionsPerMinute === null
      ? []
      : [
          line(
            `at most ${deletionsPerMinute} files and folders removed or replaced in a minute`,
            'limits.deletions_per_minute',
          ),
        ]),
    ...(processes === null ? [] : [line(`at most ${processes} processes at once`, 'limits.processes')]),
    ...(bytesSent === null ? [] : [line(`at most ${bytesSent} bytes sent to addresses`, 'limits.bytes_sent')]),
  ];
}

function variables({ permissions: { env } }: Manifest): ExplainedLine[] {
  return [
    line(
      'never gets environment variables that make programs run what they name (LD_PRELOAD, NODE_OPTIONS, …) unless named',
    ),
    ...(env?.pass === undefined
      ? []
      : [
          line(
            `started with these environment variables beside the usual ones: ${joinWords(env.pass) || 'none'}`,
            'permissions.env.pass',
          ),
        ]),
    ...(env?.deny === undefined
      ? []
      : [line(`never gets the environment variables ${joinWords(env.deny)}`, 'permissions.env.deny')]),
  ];
}
