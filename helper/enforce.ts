/** What stands on the kernel side: sessions, and the questions that their calls raise. */
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Answering } from '../core/protocol/approval.ts';
import type { HelperEvent } from '../core/protocol/events.ts';
import type { EveryoneSighting } from '../core/protocol/everyone.ts';
import { Approvals } from './approval/approvals.ts';
import { type Authorize, polkitAuthorize } from './approval/authorize.ts';
import { Processes } from './approval/processes.ts';
import type { AuditLog } from './audit/audit-log.ts';
import type { RecordDraft } from './audit/options.ts';
import { buildIdentity } from './build-identity.ts';
import type { Peer } from './control/peer.ts';
import { SESSION_PROXY, STARTERS } from './entry-points.ts';
import { acceptableProgram } from './everyone/acceptable.ts';
import { Everyone, type EveryoneKernel } from './everyone/everyone.ts';
import { EveryoneFile } from './everyone/everyone-file.ts';
import { InboxFile } from './everyone/inbox-file.ts';
import { CapturedAnswers } from './kernel/captured-answers.ts';
import type { Guard } from './kernel/guard.ts';
import { HeldCalls } from './kernel/held-calls.ts';
import { KeyChanges } from './keyring/key-changes.ts';
import { Trust } from './keyring/trust.ts';
import type { TrustedKeyFile } from './keyring/trusted-keys.ts';
import { MachineKey } from './manifest/machine-key.ts';
import { Manifests } from './manifest/manifests.ts';
import { bootMoment } from './mode/boot-clock.ts';
import { ModeFile } from './mode/mode-file.ts';
import { Modes } from './mode/modes.ts';
import { NameLearner } from './names/learner.ts';
import type { Places } from './places.ts';
import { Proxies } from './proxy/proxies.ts';
import { bookOf } from './session/book-of.ts';
import { RecognisedSessions } from './session/recognised-sessions.ts';
import { Sessions } from './session/sessions.ts';
import { WaitingPolicies } from './session/waiting-policies.ts';
import { Starters } from './starters/starters.ts';
import { AnswerWorker } from './worker/answer-worker.ts';
import type { ManifestWorker } from './worker/manifest-worker.ts';
import { workerUser } from './worker/worker-user.ts';

/** Milliseconds; an emulated machine takes seconds to start one. */
const PROXY_READY_MS = 30_000;

/** With a guard the kernel enforces; without one everything but sessions still works. */
export interface Enforcer {
  readonly guard: Guard;
  readonly sessions: Sessions;
  /** Those that nobody started under a manifest. */
  readonly recognised: RecognisedSessions;
  readonly held: HeldCalls;
  readonly approvals: Approvals;
  readonly manifests: Manifests;
  readonly keys: KeyChanges;
  readonly modes: Modes;
  /** null: nobody but agents is held to anything. */
  readonly everyone: Everyone | null;
  readonly starters: Starters;
  readonly learner: NameLearner;
}

export interface EnforceParts {
  readonly audit: AuditLog;
  readonly worker: ManifestWorker;
  readonly places: Places;
  readonly answering: (peer: Peer) => Answering;
  readonly tell: (happened: HelperEvent) => void;
  readonly log: Logger;
  /** What holds everyone else in the kernel, and tells whom it saw. */
  readonly everyoneKernel?: EveryoneKernelOf;
}

export type EveryoneKernelOf = (guard: Guard, sighted: (sighting: EveryoneSighting) => void) => EveryoneKernel;

export function enforce(guard: Guard, parts: EnforceParts): Enforcer {
  const { audit, worker, places, answering, tell, log } = parts;
  const { trustedKeys, revokedKeys } = places;
  const bookDirectory = bookOf(guard.side, places.runtime);
  const machineKey = new MachineKey(join(places.state, 'keys'));
  const memory = join(places.state, 'trust', 'memory.json');
  const trust = new Trust({
    ...{ trustedKeys, revokedKeys, memory, ownKeys: () => machineKey.trusted() },
    seen: (files) => void audit.append(files.map(seenKey)).catch((error: unknown) => log.error(error, 'evidence log')),
  });
  const authorize = polkitAuthorize();
  const held = new HeldCalls(places.pins);
  const learner = new NameLearner({
    ...{ tables: new CapturedAnswers(places.pins), worker: new AnswerWorker() },
    resume: (process) => held.resume(process),
    nowNs: () => process.hrtime.bigint(),
    onTrouble: (message) => log.error({ message }, 'answers of name servers'),
  });
  const prepareNames = () => learner.prepare();
  const proxies = new Proxies({ program: SESSION_PROXY, user: workerUser(), readyWithin: PROXY_READY_MS });
  const waiting = new WaitingPolicies(guard, bookDirectory, buildIdentity());
  const recognised = new RecognisedSessions({ guard, audit, policies: waiting, tell });
  const record = (drafts: RecordDraft[]) => audit.append(drafts);
  const modes = new Modes({
    ...{ file: new ModeFile(join(places.state, 'modes.json')), now: bootMoment, authorize, record, tell },
    onTrouble: (message) => log.error({ message }, 'modes'),
  });
  const sessions = new Sessions({
    ...{ guard, audit, worker, bookDirectory, trust, authorize, proxies, modes, prepareNames, tell },
  });
  modes.follow(() => sessions.followModes());
  const approvals = new Approvals({
    tables: held,
    processes: new Processes(),
    sessionOf: (number) => sessions.facts(number) ?? recognised.facts(number),
    labelOf: (pid) => sessions.labelOf(pid),
    authorize,
    answering,
    tell,
    record: (draft) => void audit.append([draft]).catch((error: unknown) => log.error(error, 'evidence log')),
    nowNs: () => process.hrtime.bigint(),
  });
  const manifests = new Manifests({
    ...{ worker, machineKey, authorize, trust, record },
    find: (session) => sessions.bound(session),
    mounts: () => guard.mounts,
  });
  const keys = new KeyChanges({ worker, authorize, trust, trustedKeys, revokedKeys, record });
  const starters = new Starters({
    ...{ shipped: STARTERS, installed: places.starters, machineKey, authorize, record },
  });
  const everyone = everyoneElse(guard, { ...parts, authorize, record });
  return { guard, sessions, recognised, held, approvals, manifests, keys, modes, everyone, starters, learner };
}

type EveryoneParts = EnforceParts & {
  readonly authorize: Authorize;
  readonly record: (drafts: RecordDraft[]) => Promise<unknown>;
};

function everyoneElse(guard: Guard, parts: EveryoneParts): Everyone | null {
  const { everyoneKernel, places, authorize, record, tell, log } = parts;
  if (everyoneKernel === undefined) return null;
  const everyone: Everyone = new Everyone({
    ...{ authorize, record, tell, now: bootMoment, acceptable: acceptableProgram },
    file: new EveryoneFile(join(places.state, 'everyone.json')),
    inboxFile: new InboxFile(join(places.state, 'everyone-inbox.json')),
    kernel: everyoneKernel(guard, (sighting) => everyone.sighted(sighting)),
    onTrouble: (message) => log.error({ message }, 'everyone else'),
  });
  return everyone;
}

function seenKey({ key, path }: TrustedKeyFile): RecordDraft {
  return { kind: 'trust.key-seen', key_id: key.keyId, key_name: key.name, path };
}
