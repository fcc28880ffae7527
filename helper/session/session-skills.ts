/**
 * Skills within a session, each with a signed manifest of its own: bound as the session's own skill is, and put in force beside it. What
 * the kernel does with them is in bpf/skills.h.
 */
import { basename, dirname } from 'node:path';
import { numberOn } from '../../core/policy/number-on.ts';
import { type ProtocolError, protocolError } from '../../core/protocol/errors.ts';
import type { Params } from '../../core/protocol/methods.ts';
import type { Session } from '../../core/protocol/session.ts';
import { failure, type Result, success } from '../../core/result.ts';
import type { SkillDescription } from '../audit/options.ts';
import type { Guard } from '../kernel/guard.ts';
import type { InodeKey, TaskReport } from '../kernel/layout.ts';
import type { SkillPins } from '../kernel/pins.ts';
import type { Placement } from '../kernel/policy-store.ts';
import { readDetached, readManifestFile } from '../manifest/current-file.ts';
import type { Binding, BindRequest } from '../worker/binding.ts';
import { pinOneSkill } from './pin-one-skill.ts';
import { policySettings } from './policy-settings.ts';
import { type Reader, reachableDirectory } from './reach.ts';
import type { SkillPlace } from './skill-place.ts';

/** More rules than any policy has: the rules of the session's skills begin at multiples of it. */
const RULES_A_POLICY = 65_536;

type Wanted = NonNullable<Params<'session.prepare'>['skills']>[number];

/** Pinned and judged; nothing of it is in force. */
export interface JudgedSkill {
  readonly manifestPath: string;
  readonly request: BindRequest;
  readonly binding: Binding;
  readonly pins: SkillPins;
  /** Who runs one of them is bound. */
  readonly files: readonly InodeKey[];
  readonly place: SkillPlace;
  readonly warnings: readonly string[];
}

/** In force beside its session's own policy. `request` compiles it again. */
export interface SessionSkill {
  readonly shown: Omit<NonNullable<Session['skills']>[number], 'pids' | 'trust'>;
  readonly description: SkillDescription;
  readonly raisedBy: number;
  readonly pins: SkillPins;
  readonly place: SkillPlace;
  request: BindRequest;
  placement: Placement;
}

/** What all skills of one session have in common with it. */
export interface SkillGround {
  readonly session: bigint;
  readonly reader: Reader;
  /** The session's own. */
  readonly context: BindRequest['context'];
  readonly trusted: Pick<BindRequest, 'keys' | 'revocations' | 'now'>;
  readonly bind: (request: BindRequest) => Promise<Result<Binding, ProtocolError>>;
}

/** Pins and judges them one after another. The first that is refused ends all: the error names it. */
export async function judgeSkills(
  guard: Guard,
  wanted: readonly Wanted[],
  ground: SkillGround,
): Promise<Result<JudgedSkill[], ProtocolError>> {
  const judged: JudgedSkill[] = [];
  for (const one of wanted) {
    const skill = await judgeSkill(guard, one, ground, judged);
    if (skill.ok) judged.push(skill.value);
    else {
      for (const { pins } of judged) guard.pins.end(pins.skill);
      return failure(naming(one.manifestPath, skill.error));
    }
  }
  return success(judged);
}

async function judgeSkill(
  guard: Guard,
  wanted: Wanted,
  { session, reader, context, trusted, bind }: SkillGround,
  before: readonly JudgedSkill[],
): Promise<Result<JudgedSkill, ProtocolError>> {
  const { manifestPath, programs = [], symbols } = wanted;
  const folder = reachableDirectory(dirname(manifestPath), reader);
  if (!folder) return failure(notThere('the folder cannot be read'));
  if ([context.skill, ...before.map(({ request }) => request.context.skill)].some((other) => overlap(folder, other))) {
    return failure(unsuitable('its folder is that of another manifest of this session, or lies in one'));
  }
  const manifest = readManifestFile(manifestPath, reader);
  if (!manifest.ok) return failure(notThere(manifest.error));
  const what = { folder, manifestName: basename(manifestPath), manifest: manifest.value, reader };
  const pinned = pinOneSkill(guard.pins, session, what, { paths: programs, links: context.links ?? new Map(), reader });
  if (!pinned.ok) return pinned;
  const { proxyPort, symbols: _, ...shared } = context;
  const request: BindRequest = {
    ...{ manifest: manifest.value, manifestName: what.manifestName, detached: readDetached(folder, reader) },
    ...trusted,
    entries: pinned.value.entries,
    context: {
      ...{ ...shared, skill: folder, programs: pinned.value.programs },
      ...(symbols ? { symbols } : {}),
      ...(proxyPort === undefined ? {} : { agentsProxyPort: proxyPort }),
    },
    mounts: guard.mounts,
  };
  const bound = await bind(request);
  const problem = bound.ok ? problemOf(bound.value, before) : bound.error;
  if (!bound.ok || problem) {
    guard.pins.end(pinned.value.skill);
    return failure(problem ?? unsuitable('it is refused'));
  }
  const { place, skill, files, warnings } = pinned.value;
  return success({ manifestPath, request, binding: bound.value, pins: guard.pins.of(skill), files, place, warnings });
}

/** What its manifest says of itself and cannot be held within a session of others. */
function problemOf({ summary }: Binding, before: readonly JudgedSkill[]): ProtocolError | null {
  const { limits, proxied, skillId } = summary;
  if (Object.values(limits).some((limit) => limit !== null)) {
    return unsuitable('it has limits, which hold for whole sessions: write them into the manifest of the agent');
  }
  if (proxied !== null) return unsuitable('it wants a proxy of its own (network.via), which a session has one of');
  if (before.some(({ binding }) => binding.summary.skillId === skillId)) {
    return unsuitable(`another skill of this session has the same skill_id, ${skillId}`);
  }
  return null;
}

/** Puts judged skills in force for the session under this policy. Throws PolicyStoreFull or KernelError; none is then. */
export function installSkills(guard: Guard, policy: number, judged: readonly JudgedSkill[]): SessionSkill[] {
  const placed: SessionSkill[] = [];
  try {
    if (judged.length > 0) guard.interpreters.refresh();
    for (const [index, skill] of judged.entries()) placed.push(installSkill(guard, policy, skill, index));
    return placed;
  } catch (error) {
    guard.skillFiles.remove(policy);
    for (const { placement } of placed) guard.policies.remove(placement);
    throw error;
  }
}

function installSkill(guard: Guard, policy: number, judged: JudgedSkill, index: number): SessionSkill {
  const { manifestPath, request, pins, place } = judged;
  const { tables, summary } = judged.binding;
  const raisedBy = (index + 1) * RULES_A_POLICY;
  const placement = guard.policies.install(numberOn(tables, raisedBy), policySettings(summary, raisedBy));
  try {
    guard.skillFiles.add(policy, judged.files, { policy: placement.policy, skill: pins.skill });
  } catch (error) {
    guard.policies.remove(placement);
    throw error;
  }
  const { skillId, version, keyName, policySha256, rules } = summary;
  return {
    shown: { skillId, skillVersion: version, keyName, manifestPath },
    description: {
      ...{ number: pins.skill, skill_id: skillId, policy_sha256: policySha256 },
      rules: rules.map(({ id, pointer, text }) => ({ id: id + raisedBy, pointer, text })),
    },
    ...{ raisedBy, pins, place, request, placement },
  };
}

/** The same skill for other mounts or name servers. */
export function replaceSkill(guard: Guard, skill: SessionSkill, request: BindRequest, binding: Binding): void {
  const { tables, summary } = binding;
  const settings = policySettings(summary, skill.raisedBy);
  skill.request = request;
  skill.placement = guard.policies.replace(skill.placement, numberOn(tables, skill.raisedBy), settings);
}

export function removeSkills(guard: Guard, policy: number, skills: readonly SessionSkill[]): void {
  guard.skillFiles.remove(policy);
  for (const { placement, pins } of skills) {
    guard.policies.remove(placement);
    guard.pins.end(pins.skill);
  }
}

export function adoptSkills(guard: Guard, policy: number, skills: readonly SessionSkill[]): void {
  if (skills.length > 0) guard.skillFiles.adopt(policy);
  for (const { placement, pins } of skills) {
    guard.policies.adopt(placement);
    guard.pins.adopt(pins);
  }
}

/** As clients see them. `tasks`: those of the session that are alive. */
export function showSkills(
  guard: Guard,
  skills: readonly SessionSkill[],
  tasks: readonly TaskReport[],
): NonNullable<Session['skills']> {
  return skills.map(({ shown, pins }) => {
    const own = tasks.filter(({ pid, tid, label }) => pid === tid && label.skill === pins.skill);
    return {
      ...shown,
      trust: guard.pins.isDropped(pins.skill) ? ('dropped' as const) : ('bound' as const),
      pids: own.map(({ pid }) => pid) as NonNullable<Session['skills']>[number]['pids'],
    };
  });
}

function overlap(one: string, other: string): boolean {
  return one === other || one.startsWith(`${other}/`) || other.startsWith(`${one}/`);
}

function notThere(message: string): ProtocolError {
  return protocolError('not-found', message, { remedy: 'Check the path and its permissions.' });
}

function unsuitable(message: string): ProtocolError {
  const remedy = 'Change the manifest of the skill and sign it again, or start the agent without the skill.';
  return protocolError('manifest-refused', message, { refusals: [{ code: 'unsuitable-skill', message, remedy }] });
}

function naming(manifestPath: string, error: ProtocolError): ProtocolError {
  const name = (message: string) => `skill ${manifestPath}: ${message}`;
  const refusals = error.refusals?.map((refusal) => ({ ...refusal, message: name(refusal.message) }));
  return { ...error, message: name(error.message), ...(refusals ? { refusals } : {}) };
}
