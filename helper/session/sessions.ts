/** Sessions: from a signed manifest and a waiting process to rules in force, and back to nothing when the last task ends. */
import { randomBytes } from 'node:crypto';
import { basename, dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { agentNamed } from '../../core/policy/agents.ts';
import {
  type DelegatedPolicy,
  delegatedPolicies,
  delegatedRightOf,
  numberAfter,
} from '../../core/policy/delegated-rights.ts';
import { agentProgram, holdSeconds } from '../../core/policy/holds.ts';
import { type ProtocolError, protocolError } from '../../core/protocol/errors.ts';
import type { HelperEvent } from '../../core/protocol/events.ts';
import type { MethodResult, Params } from '../../core/protocol/methods.ts';
import type { Pid, SessionId, Uid } from '../../core/protocol/scalars.ts';
import type { Session } from '../../core/protocol/session.ts';
import { failure, type Result, success } from '../../core/result.ts';
import type { AskingSession } from '../approval/asking-session.ts';
import type { Authorize } from '../approval/authorize.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { RecordDraft, SessionDescription } from '../audit/options.ts';
import { TRUST_DROPPED } from '../audit/trust-dropped.ts';
import type { Peer } from '../control/peer.ts';
import type { DelegatedPlacement, Ground as DelegationGround } from '../kernel/delegations.ts';
import type { Guard } from '../kernel/guard.ts';
import { sessionName } from '../kernel/labels.ts';
import { startedFlags, type TaskReport } from '../kernel/layout.ts';
import { readHostMounts } from '../kernel/mounts.ts';
import { type Placement, PolicyStoreFull } from '../kernel/policy-store.ts';
import { issueOf } from '../keyring/issue.ts';
import { withKeyComplaints } from '../keyring/key-complaints.ts';
import type { Ground, Trust } from '../keyring/trust.ts';
import { readDetached } from '../manifest/current-file.ts';
import type { ModeInForce, Modes } from '../mode/modes.ts';
import type { Proxies, ProxyHearer } from '../proxy/proxies.ts';
import type { Binding, BindRequest, PolicySummary } from '../worker/binding.ts';
import type { ManifestWorker } from '../worker/manifest-worker.ts';
import { protectedHomes, readAccounts } from './accounts.ts';
import { readHosts } from './hosts-file.ts';
import { meetInterpreters } from './meet-interpreters.ts';
import { type OnePinned, pinOneSkill } from './pin-one-skill.ts';
import { policySettings } from './policy-settings.ts';
import { reachableDirectory } from './reach.ts';
import { readResolvers } from './resolvers.ts';
import { type BoundSession, SessionBook } from './session-book.ts';
import { type ProxyOwner, proxyLost, proxyRefusals } from './session-proxy.ts';
import {
  adoptSkills,
  installSkills,
  type JudgedSkill,
  judgeSkills,
  removeSkills,
  replaceSkill,
  type SessionSkill,
  showSkills,
} from './session-skills.ts';
import { isInPlace } from './skill-place.ts';
import { SystemLinks } from './system-links.ts';
import { belongsTo, readChild, type WaitingChild } from './waiting-child.ts';
import { isFitForAgents, workspaceOf } from './workspace.ts';

export interface SessionOptions {
  readonly guard: Guard;
  readonly audit: AuditLog;
  readonly worker: ManifestWorker;
  readonly bookDirectory: string;
  readonly trust: Trust;
  readonly authorize: Authorize;
  readonly proxies: Proxies;
  readonly modes: Pick<Modes, 'of'>;
  /** Before the first session with rules on host names: what reads name servers' answers is there. */
  readonly prepareNames: () => Promise<unknown>;
  /** Told of every session that begins or ends. */
  readonly tell: (happened: HelperEvent) => void;
}

type Prepare = Params<'session.prepare'>;
/** What the kernel holds of a session. */
type InForce = {
  readonly placement: Placement;
  readonly delegated: readonly DelegatedPlacement[];
  readonly skills: readonly SessionSkill[];
};
type Prepared = Result<MethodResult<'session.prepare'>, ProtocolError>;

/** What is to be bound, as it was pinned, and the number of the session to be. */
type Pinned = OnePinned & { readonly session: bigint };

/** What was found in order: the session's manifest, and those of its skills. */
type Judged = { readonly binding: Binding; readonly skills: readonly JudgedSkill[] };

/** As many as an answer has room for. */
const MOST_WARNINGS = 1000;

export class Sessions {
  readonly #options: SessionOptions;
  readonly #book: SessionBook;
  readonly #links = new SystemLinks();
  readonly #bound = new Map<string, BoundSession>();

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#book = new SessionBook(options.bookDirectory);
  }

  /** Takes over the sessions of an earlier run. To be called before the kernel's events are read. */
  async recover(): Promise<void> {
    const { guard, audit, proxies } = this.#options;
    for (const session of this.#book.read()) {
      guard.policies.adopt(session.placement);
      guard.delegations.adopt(session.placement.policy, session.delegated);
      guard.pins.adopt(session.pins);
      adoptSkills(guard, session.placement.policy, session.skills);
      this.#bound.set(session.shown.id, session);
      this.#placeMode(session);
      if (session.proxy) proxies.restore(session.proxy, session.proxy.names, this.#hearProxy(proxyOwner(session)));
      await audit.describeSession(session.description);
    }
    guard.pins.forgetRest();
    guard.delegations.forgetRest();
    guard.skillFiles.forgetRest();
    await this.checkPlaces();
  }

  /** Ends those whose last task went while nobody listened. To be called after the waiting events were read. */
  sweep(): void {
    for (const session of this.#bound.values()) {
      if (this.#options.guard.side.liveTasks(session.number) === 0n) this.end(session.shown.id);
    }
  }

  list(): Session[] {
    const tasks = this.#options.guard.side.labels();
    return [...this.#bound.values()].map((session) => {
      const own = tasks.filter((task) => task.label.session === session.number);
      return this.#show(session, own);
    });
  }

  all(): AskingSession[] {
    return [...this.#bound.values()].map(askingSession);
  }

  /** What those who answer for a session have to know of it; null when there is none of that number. */
  facts(number: bigint): AskingSession | null {
    const session = this.#bound.get(sessionName(number));
    return session ? askingSession(session) : null;
  }

  /** A session as it was bound; null when there is none of that name. */
  bound(id: SessionId): BoundSession | null {
    return this.#bound.get(id) ?? null;
  }

  /** The session whose label a process carries, if it carries one. */
  labelOf(pid: number): SessionId | null {
    const { side } = this.#options.guard;
    const task = [side.labels(), side.earlier.labels()].flat().find((report) => report.pid === pid);
    return task ? (sessionName(task.label.session) as SessionId) : null;
  }

  count(session: string, refusals: number): void {
    const known = this.#bound.get(session);
    if (known) known.blocks += refusals;
  }

  async reserveProxy(peer: Peer): Promise<Result<MethodResult<'session.reserveProxy'>, ProtocolError>> {
    const reserved = await this.#options.proxies.reserve(peer.uid);
    return reserved.ok ? reserved : failure(protocolError('unavailable', `there is no proxy: ${reserved.error}`));
  }

  async prepare(params: Prepare, peer: Peer): Promise<Prepared> {
    const child = readChild(params.pid);
    const refused = this.#checkChild(child, peer);
    if (refused) return failure(refused);
    const context = this.#contextFor(params, peer, child as WaitingChild);
    if (!context.ok) return context;
    const may = await this.#mayAudit(params, peer);
    if (!may.ok) return failure(may.error);
    const pinned = this.#pin(params, peer, context.value);
    if (!pinned.ok) return this.#refuse(params, peer, pinned.error);
    return this.#bindPinned(params, peer, child as WaitingChild, context.value, pinned.value);
  }

  /** What was pinned is judged, and admitted by what the guard remembers of the skill. */
  async #bindPinned(
    params: Prepare,
    peer: Peer,
    child: WaitingChild,
    context: BindRequest['context'],
    pinned: Pinned,
  ): Promise<Prepared> {
    const { trust, worker, guard, audit } = this.#options;
    const refuse = (error: ProtocolError) => {
      guard.pins.end(pinned.skill);
      return this.#refuse(params, peer, error);
    };
    const ground = trust.ground();
    if (!ground.ok) return refuse(ground.error);
    const request = this.#requestFor(params, peer, { ...context, programs: pinned.programs }, ground.value, pinned);
    const bound = await worker.bind(request);
    if (!bound.ok) return refuse(asProtocolError(this.#explain(bound.error)));
    const admitted = trust.admit(peer.uid, issueOf(bound.value.summary));
    if (!admitted.ok) return refuse(admitted.error);
    if (admitted.value.length > 0) await audit.append(admitted.value);
    const skills = await this.#judgeSkills(params, peer, request, pinned);
    if (!skills.ok) return refuse(skills.error);
    const judged = { binding: bound.value, skills: skills.value };
    if (hasNames(judged)) await this.#options.prepareNames();
    return this.#begin(params, peer, child, request, judged, pinned);
  }

  async #judgeSkills(
    params: Prepare,
    peer: Peer,
    { context, keys, revocations, now }: BindRequest,
    { session }: Pinned,
  ): Promise<Result<JudgedSkill[], ProtocolError>> {
    const { guard, trust, worker, audit } = this.#options;
    const { programs: _, ...shared } = context;
    const bind = async (request: BindRequest): Promise<Result<Binding, ProtocolError>> => {
      const bound = await worker.bind(request);
      if (!bound.ok) return failure(asProtocolError(this.#explain(bound.error)));
      const admitted = trust.admit(peer.uid, issueOf(bound.value.summary));
      if (!admitted.ok) return admitted;
      if (admitted.value.length > 0) await audit.append(admitted.value);
      return bound;
    };
    const ground = { session, reader: peer, context: shared, trusted: { keys, revocations, now }, bind };
    return judgeSkills(guard, params.skills ?? [], ground);
  }

  /** Modes were changed: the kernel is told, then everyone. */
  followModes(): void {
    for (const session of this.#bound.values()) this.#placeMode(session);
    const tasks = this.#options.guard.side.labels();
    for (const session of this.#bound.values()) {
      const own = tasks.filter(({ label }) => label.session === session.number);
      this.#options.tell({ event: 'session.changed', data: this.#show(session, own) });
    }
  }

  #placeMode(session: BoundSession): void {
    this.#options.guard.modes.set(session.number, this.#modeOf(session));
  }

  #modeOf({ request, insists = true }: BoundSession): ModeInForce {
    return this.#options.modes.of({ agent: request.context.agent ?? null, insists });
  }

  /** A file that a skill was bound to has been changed, by the kernel's word. */
  trustDropped(id: string): void {
    const session = this.#bound.get(id);
    if (session) this.#options.tell({ event: 'session.changed', data: this.#show(session, this.#tasksOf(session)) });
  }

  /** Is each skill still where it was bound? What was mounted over it is not what was signed. All are dropped before any is told. */
  async checkPlaces(): Promise<void> {
    const { guard, audit } = this.#options;
    if (this.#bound.size === 0) return;
    const { mounts } = readHostMounts();
    const moved = [...this.#bound.values()]
      .flatMap(standingOn)
      .filter(({ folder, place }) => !isInPlace(folder, place, mounts))
      .filter(({ pins }) => guard.pins.drop(pins.skill, process.hrtime.bigint()));
    const drafts = moved.map(({ session, skillId, owner, folder: path }) => {
      const message = `${path} is not the folder that was bound: something was mounted over it or inside, or it was moved`;
      const about = { session, skill_id: skillId, owner_uid: owner, path };
      return { kind: TRUST_DROPPED, ...about, reason: 'trust-dropped' as const, message };
    });
    if (drafts.length > 0) await audit.append(drafts);
  }

  /** Whether some were last compiled for other name servers or mounts than there are now, or were just being changed when a helper died. */
  areBehind(): boolean {
    const resolvers = readResolvers();
    const { mounts } = this.#options.guard;
    const isOld = ({ context, mounts: known }: BindRequest) =>
      !isDeepStrictEqual([context.resolvers, known], [resolvers, mounts]);
    return [...this.#bound.values()].some(
      ({ request, skills, tables }) =>
        tables === 'changing' || [request, ...skills.map((skill) => skill.request)].some(isOld),
    );
  }

  /** Compiles every policy again for the mounts and name servers as they are now. */
  async recompile(): Promise<void> {
    const { guard, worker, audit } = this.#options;
    for (const session of this.#bound.values()) {
      const context = { ...session.request.context, resolvers: readResolvers() };
      const request = { ...session.request, context, mounts: guard.mounts };
      const bound = await worker.bind(request);
      if (!this.#bound.has(session.shown.id)) continue;
      if (bound.ok) {
        // a helper that dies in between leaves word that it did
        this.#note(session, 'changing');
        const { tables, summary } = bound.value;
        session.placement = guard.policies.replace(session.placement, tables, policySettings(summary));
        session.request = request;
        this.#note(session, 'changing');
        session.delegated = this.#replaceDelegated(session);
      } else {
        // the old tables stay in force: new filesystems are unknown to them and so refused
        await audit.append([{ kind: 'policy.not-recompiled', session: session.shown.id, message: bound.error.code }]);
      }
      await this.#recompileSkills(session);
      if (this.#bound.has(session.shown.id)) this.#note(session, 'settled');
    }
  }

  async #recompileSkills(session: BoundSession): Promise<void> {
    const { guard, worker, audit } = this.#options;
    for (const skill of session.skills) {
      const context = { ...skill.request.context, resolvers: readResolvers() };
      const request = { ...skill.request, context, mounts: guard.mounts };
      const bound = await worker.bind(request);
      if (!this.#bound.has(session.shown.id)) return;
      if (bound.ok) {
        this.#note(session, 'changing');
        replaceSkill(guard, skill, request, bound.value);
        this.#note(session, 'changing');
      } else {
        const about = { session: session.shown.id, skill_id: skill.shown.skillId };
        await audit.append([{ kind: 'policy.not-recompiled', ...about, message: bound.error.code }]);
      }
    }
  }

  #note(session: BoundSession, tables: BoundSession['tables']): void {
    session.tables = tables;
    this.#book.write(session);
  }

  /** The kernel has seen the last task of a session go. */
  end(id: string): void {
    const { guard, tell } = this.#options;
    const session = this.#bound.get(id);
    if (!session) return;
    this.#bound.delete(id);
    const { placement, delegated } = session;
    guard.delegations.remove(placement.policy, rightsOf(session.request.context, session.description.rules), delegated);
    removeSkills(guard, placement.policy, session.skills);
    guard.policies.remove(placement);
    guard.side.forgetSession(session.number);
    guard.modes.forget(session.number);
    guard.pins.end(session.pins.skill);
    if (session.proxy) this.#options.proxies.end(session.proxy.port);
    this.#book.remove(id);
    tell({ event: 'session.ended', data: { ...this.#show(session, []), endedAt: new Date().toISOString() } });
  }

  #checkChild(child: WaitingChild | null, peer: Peer): ProtocolError | null {
    const remedy = 'Start the command with `ringfence run`, which waits for the label before it begins.';
    if (!child) return protocolError('not-your-child', 'the process that was to be labelled has ended', { remedy });
    if (!belongsTo(child, peer)) {
      const message = `process ${child.pid} is not a child of the caller that runs as the same user`;
      return protocolError('not-your-child', message, { remedy });
    }
    const label = this.labelOf(child.pid);
    return label && protocolError('not-your-child', `process ${child.pid} belongs to session ${label} already`);
  }

  /** To let through what nothing declares takes an administrator's word, each time. */
  async #mayAudit(params: Prepare, peer: Peer): Promise<Result<unknown, ProtocolError>> {
    if (params.audit !== true) return success(undefined);
    const path = params.manifestPath;
    const may = await this.#options.authorize(peer, 'io.ringfence.audit-session', { path });
    return may.ok ? may : this.#refuse(params, peer, may.error);
  }

  #contextFor(params: Prepare, peer: Peer, child: WaitingChild): Result<BindRequest['context'], ProtocolError> {
    const { guard } = this.#options;
    const accounts = readAccounts();
    const home = accounts.find(({ uid }) => uid === peer.uid)?.home;
    if (!home) {
      return failure(protocolError('not-permitted', `user ${peer.uid} has no home directory in /etc/passwd`));
    }
    const skill = reachableDirectory(dirname(params.manifestPath), peer);
    if (!skill) {
      const message = `the folder of ${params.manifestPath} cannot be read by user ${peer.uid}`;
      return failure(protocolError('not-found', message, { remedy: 'Check the path and its permissions.' }));
    }
    const homes = protectedHomes(accounts);
    const places = guard.locations.map(({ path }) => path);
    const tmpdir = params.temporaryDirectory ?? '/tmp';
    if (!isFitForAgents(tmpdir, homes, places)) {
      const message = `TMPDIR is ${tmpdir}, which holds a home or a protected place`;
      return failure(protocolError('not-permitted', message, { remedy: 'Set TMPDIR to a directory of its own.' }));
    }
    const links = this.#links.get();
    return success({
      home,
      workspace: workspaceOf(child.workingDirectory, homes, places),
      skill,
      tmpdir,
      links,
      resolvers: readResolvers(),
      hosts: readHosts(),
      ...(params.symbols === undefined ? {} : { symbols: params.symbols }),
      agent: agentProgram(params.command),
      audit: params.audit === true,
      ...this.#proxyOf(params, peer),
    });
  }

  #proxyOf({ proxyPort }: Prepare, { uid }: Peer): Pick<BindRequest['context'], 'proxyPort'> {
    return proxyPort !== undefined && this.#options.proxies.isReserved(proxyPort, uid) ? { proxyPort } : {};
  }

  /** From here on whoever changes the skill is noticed; after a failure nothing is left behind. */
  #pin(params: Prepare, reader: Peer, context: BindRequest['context']): Result<Pinned, ProtocolError> {
    const session = randomBytes(8).readBigUInt64LE() || 1n;
    const manifest = Buffer.from(params.manifest, 'base64');
    const what = { folder: context.skill, manifestName: basename(params.manifestPath), manifest, reader };
    const programs = { paths: params.programs ?? [], links: context.links ?? new Map<string, string>(), reader };
    const pinned = pinOneSkill(this.#options.guard.pins, session, what, programs);
    return pinned.ok ? success({ ...pinned.value, session }) : pinned;
  }

  #requestFor(
    params: Prepare,
    peer: Peer,
    context: BindRequest['context'],
    ground: Ground,
    { entries }: Pinned,
  ): BindRequest {
    return {
      manifest: Buffer.from(params.manifest, 'base64'),
      manifestName: basename(params.manifestPath),
      detached: readDetached(context.skill, peer),
      ...ground,
      entries,
      context,
      mounts: this.#options.guard.mounts,
    };
  }

  async #begin(
    params: Prepare,
    peer: Peer,
    child: WaitingChild,
    request: BindRequest,
    judged: Judged,
    pinned: Pinned,
  ): Promise<Prepared> {
    const { audit, guard, tell } = this.#options;
    const { binding, skills } = judged;
    meetInterpreters(guard.interpreters, params.interpreters ?? [], peer);
    const placed = this.#install(judged, request.context);
    if (!placed.ok) {
      for (const { pins } of skills) guard.pins.end(pins.skill);
      guard.pins.end(pinned.skill);
      return placed;
    }
    const session = this.#enter(params, peer, child, request, binding, placed.value, pinned);
    const id = session.shown.id;
    await audit.describeSession(session.description);
    await audit.append([startRecord(session, child, binding, this.#shownMode(session).mode)]);
    const changed = standingOn(session).find(({ pins }) => guard.pins.isDropped(pins.skill));
    if (changed) {
      this.end(id);
      return this.#refuse(params, peer, changedMeanwhile(changed.folder));
    }
    const reports = this.#label(session, child);
    if (reports !== null) {
      this.end(id);
      return failure(protocolError('limit-reached', reports, { remedy: 'End other sessions and try again.' }));
    }
    tell({ event: 'session.started', data: this.#show(session, this.#tasksOf(session)) });
    const { skillId, keyName, warnings } = binding.summary;
    const ofSkills = skills.flatMap((skill) =>
      [...skill.binding.summary.warnings, ...skill.warnings].map((warning) => `${skill.manifestPath}: ${warning}`),
    );
    const all = [...warnings, ...pinned.warnings, ...ofSkills];
    return success({ session: id, skillId, keyName, warnings: all.slice(0, MOST_WARNINGS) });
  }

  /** The manifest's rules, those of the skills, and what is delegated to programs whatever they say. */
  #install(
    { binding: { tables, summary }, skills }: Judged,
    context: BindRequest['context'],
  ): Result<InForce, ProtocolError> {
    const { guard } = this.#options;
    const { policies, delegations, programs } = guard;
    const rights = rightsOf(context, summary.rules);
    let placement: Placement | null = null;
    let delegated: DelegatedPlacement[] = [];
    try {
      placement = policies.install(tables, policySettings(summary));
      programs.refresh();
      delegated = delegations.install(placement.policy, rights, this.#groundOf(context));
      return success({ placement, delegated, skills: installSkills(guard, placement.policy, skills) });
    } catch (error) {
      if (placement) {
        delegations.remove(placement.policy, rights, delegated);
        policies.remove(placement);
      }
      const message = error instanceof Error ? error.message : String(error);
      const remedy = 'End sessions that are no longer needed, or use a smaller manifest.';
      if (error instanceof PolicyStoreFull) return failure(protocolError('limit-reached', message, { remedy }));
      return failure(protocolError('unavailable', `the kernel did not take the policy: ${message}`));
    }
  }

  #replaceDelegated({ placement, delegated, request: { context }, description }: BoundSession): DelegatedPlacement[] {
    const rights = rightsOf(context, description.rules);
    return this.#options.guard.delegations.replace(placement.policy, rights, delegated, this.#groundOf(context));
  }

  #groundOf({ home }: BindRequest['context']): DelegationGround {
    const { mounts, locations } = this.#options.guard;
    return { mounts, locations: locations.filter(({ path }) => path.startsWith(`${home}/`)) };
  }

  #enter(
    params: Prepare,
    peer: Peer,
    child: WaitingChild,
    request: BindRequest,
    binding: Binding,
    { placement, delegated, skills }: InForce,
    { session: number, skill, place }: Pinned,
  ): BoundSession {
    const id = sessionName(number) as SessionId;
    const { skillId, version, keyName, onViolation, undeclared, insistsOnEnforcing } = binding.summary;
    const session: BoundSession = {
      number,
      shown: {
        id,
        owner: peer.uid as Uid,
        skillId,
        skillVersion: version,
        keyName,
        manifestPath: params.manifestPath,
        workingDirectory: child.workingDirectory,
        command: params.command,
        startedAt: new Date().toISOString(),
        endedAt: null,
      },
      description: describe(id, peer, child, binding, this.#options.guard, request.context, skills),
      onViolation,
      insists: insistsOnEnforcing || skills.some((one) => one.insists === true),
      isAudited: undeclared.audits.length > 0,
      launcherPid: peer.pid,
      request,
      pins: this.#options.guard.pins.of(skill),
      place,
      placement,
      proxy: this.#startProxy(request.context.proxyPort, binding.summary, { session: id, skillId, owner: peer.uid }),
      delegated,
      tables: 'settled',
      skills,
      blocks: 0,
    };
    this.#bound.set(id, session);
    this.#placeMode(session);
    this.#book.write(session);
    return session;
  }

  #startProxy(port: number | undefined, { proxied }: PolicySummary, owner: ProxyOwner): BoundSession['proxy'] {
    if (port === undefined || proxied === null) return null;
    const place = this.#options.proxies.serve(port, proxied, this.#hearProxy(owner));
    return place && { ...place, names: proxied };
  }

  #hearProxy(owner: ProxyOwner): ProxyHearer {
    const { audit } = this.#options;
    const draft = proxyRefusals(owner);
    return {
      refused(refusal) {
        const record = draft(refusal);
        if (record !== null) void audit.append([record]);
      },
      lost: (why) => void audit.append([proxyLost(owner, why)]),
    };
  }

  /** Null when the child is labelled, else why it is not. */
  #label(session: BoundSession, child: WaitingChild): string | null {
    const { policy, generation } = session.placement;
    const label = {
      session: session.number,
      policy,
      generation,
      skill: session.pins.skill,
      flags: startedFlags(agentNamed(session.request.context.agent)?.number ?? 0, session.skills.length > 0),
    };
    const reports = this.#options.guard.side.label(child.pid, label);
    if (reports.length === 0) return `process ${child.pid} ended before it could be labelled`;
    const failed = reports.find(({ error }) => error !== 0);
    return failed ? `the kernel could not label process ${child.pid} (error ${-failed.error})` : null;
  }

  #tasksOf(session: BoundSession): TaskReport[] {
    return this.#options.guard.side.labels().filter((task) => task.label.session === session.number);
  }

  #show(session: BoundSession, tasks: readonly TaskReport[]): Session {
    const { guard } = this.#options;
    const trust = guard.pins.isDropped(session.pins.skill) ? 'dropped' : 'bound';
    const pids = [...new Set(tasks.map((task) => task.pid))] as Pid[];
    const skills = session.skills.length === 0 ? {} : { skills: showSkills(guard, session.skills, tasks) };
    return { ...session.shown, pids, blocks: session.blocks, trust, ...this.#shownMode(session), ...skills };
  }

  #shownMode(session: BoundSession): Pick<Session, 'mode' | 'modeUntil'> {
    const { mode, until } = this.#modeOf(session);
    if (session.isAudited !== true || mode !== 'enforce') return { mode, modeUntil: until };
    return { mode: 'permissive', modeUntil: null };
  }

  #explain(error: BindFailure): BindFailure {
    const files = this.#options.trust.keyFiles();
    return files.ok ? withKeyComplaints(error, files.value.complaints) : error;
  }

  async #refuse(params: Prepare, peer: Peer, error: ProtocolError): Promise<Result<never, ProtocolError>> {
    const reasons = error.refusals?.map(({ code }) => code) ?? [error.code];
    const draft: RecordDraft = {
      kind: 'refused',
      pid: params.pid,
      action: 'session.prepare',
      path: params.manifestPath,
      owner_uid: peer.uid,
      cause: reasons.join(', '),
    };
    await this.#options.audit.append([draft]);
    return failure(error);
  }
}

/** A session and its skills: what each stands on. */
function standingOn({ shown, description, request, pins, place, skills }: BoundSession) {
  const about = { session: shown.id, owner: description.owner_uid };
  return [
    { ...about, skillId: shown.skillId, folder: request.context.skill, pins, place },
    ...skills.map((skill) => ({
      ...about,
      ...{ skillId: skill.shown.skillId, folder: skill.request.context.skill, pins: skill.pins, place: skill.place },
    })),
  ];
}

function hasNames({ binding, skills }: Judged): boolean {
  return [binding, ...skills.map((skill) => skill.binding)].some(({ tables }) => tables.names.patterns.length > 0);
}

/** What programs may do by themselves: compiled here, as nothing of it comes from the manifest. */
function rightsOf({ home }: BindRequest['context'], rules: SessionDescription['rules']): DelegatedPolicy[] {
  return delegatedPolicies(home, numberAfter(rules.filter(({ pointer }) => delegatedRightOf(pointer) === null)));
}

type BindFailure = Extract<Awaited<ReturnType<ManifestWorker['bind']>>, { ok: false }>['error'];

function proxyOwner({ shown }: BoundSession): ProxyOwner {
  return { session: shown.id, skillId: shown.skillId, owner: shown.owner };
}

function askingSession({ number, shown, description, launcherPid, skills }: BoundSession): AskingSession {
  const rules = [...description.rules, ...skills.flatMap((skill) => skill.description.rules)];
  return {
    ...{ number, launcherPid },
    ...{ id: shown.id, owner: shown.owner, skillId: shown.skillId },
    skillOf: (skill) => skills.find(({ pins }) => pins.skill === skill)?.shown.skillId ?? shown.skillId,
    holdNs: BigInt(holdSeconds(shown.command)) * 1_000_000_000n,
    rule(id) {
      const rule = rules.find((one) => one.id === id);
      return rule ? { pointer: rule.pointer, text: rule.text } : null;
    },
  };
}

function changedMeanwhile(folder: string): ProtocolError {
  const message = `the skill in ${folder} was changed while it was being bound`;
  const remedy = 'Wait until nothing writes to its folder any more, sign again if need be, then start the agent again.';
  return protocolError('manifest-refused', message, { refusals: [{ code: 'changed-file', message, remedy }] });
}

function asProtocolError(error: BindFailure): ProtocolError {
  if (error.code === 'worker-failed') return protocolError('unavailable', error.message, { remedy: error.remedy });
  const first = error.refusals[0];
  const message = first ? first.message : 'the manifest is refused';
  return protocolError('manifest-refused', message, { refusals: [...error.refusals] });
}

function describe(
  id: SessionId,
  peer: Peer,
  child: WaitingChild,
  { summary }: Binding,
  guard: Guard,
  context: BindRequest['context'],
  skills: readonly SessionSkill[],
): SessionDescription {
  const delegated = rightsOf(context, summary.rules).flatMap(({ policy }) => policy.paths);
  return {
    session: id,
    skill_id: summary.skillId,
    owner_uid: peer.uid,
    policy_sha256: summary.policySha256,
    rules: [
      ...summary.rules.map(({ id: rule, pointer, text }) => ({ id: rule, pointer, text })),
      ...delegated.map(({ id: rule, origin: { pointer, text } }) => ({ id: rule, pointer, text })),
    ],
    locations: guard.locations.map(({ id: number, name }) => ({ id: number, name })),
    root: { pid: child.pid, executable: child.executable },
    ...(skills.length > 0 ? { skills: skills.map((skill) => skill.description) } : {}),
  };
}

function startRecord(
  { shown, description, skills }: BoundSession,
  child: WaitingChild,
  { summary }: Binding,
  mode: Session['mode'],
): RecordDraft {
  return {
    kind: 'session.started',
    session: shown.id,
    skill_id: shown.skillId,
    owner_uid: description.owner_uid,
    policy_sha256: description.policy_sha256,
    pid: child.pid,
    action: 'run',
    path: shown.manifestPath,
    command: shown.command,
    working_directory: shown.workingDirectory,
    mode,
    key_id: summary.keyId,
    key_name: summary.keyName,
    skill_version: summary.version,
    ...(skills.length > 0 ? { skills: skills.map(skillInRecord) } : {}),
  };
}

function skillInRecord({ shown, description }: SessionSkill): Record<string, string> {
  const { skillId, skillVersion, keyName, manifestPath } = shown;
  const { policy_sha256 } = description;
  return { skill_id: skillId, skill_version: skillVersion, key_name: keyName, path: manifestPath, policy_sha256 };
}
