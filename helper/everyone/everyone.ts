/** The guard for everyone else: what people's programs that are no agents are held to at sensitive places, as administrators set it. */
import { PLACED_LOCATIONS } from '../../core/policy/catalogue.ts';
import { EVERYONE_ROWS } from '../../core/policy/everyone.ts';
import { STAGE_LABELS } from '../../core/policy/everyone-words.ts';
import type { OthersAnswer } from '../../core/policy/others-answers.ts';
import { type ProtocolError, protocolError } from '../../core/protocol/errors.ts';
import type { HelperEvent } from '../../core/protocol/events.ts';
import {
  type EveryoneSettings,
  type EveryoneSighting,
  type EveryoneState,
  LEARNING_SECONDS,
  MAX_ACCEPTED,
  MAX_OVERRIDES,
} from '../../core/protocol/everyone.ts';
import type { Params } from '../../core/protocol/methods.ts';
import { failure, type Result, success } from '../../core/result.ts';
import type { Authorize } from '../approval/authorize.ts';
import type { RecordDraft } from '../audit/options.ts';
import type { Peer } from '../control/peer.ts';
import type { BootMoment } from '../mode/boot-clock.ts';
import type { acceptableProgram } from './acceptable.ts';
import { acceptWords, overrideWords, revokeWords, stageWords } from './change-words.ts';
import type { EveryoneFile, StoredEveryone } from './everyone-file.ts';
import type { InboxFile } from './inbox-file.ts';
import { Inboxes } from './inboxes.ts';
import { leftNs, notedAgain, stageEnding } from './stage-clock.ts';

/** Puts settings in force; cheap where nothing has changed. */
export interface EveryoneKernel {
  /** `untilNs`: when the stage is over by CLOCK_BOOTTIME; null: it has no end. */
  place(settings: EveryoneSettings, untilNs: bigint | null): Result<void, string | { readonly message: string }>;
}

export interface EveryoneOptions {
  readonly file: Pick<EveryoneFile, 'read' | 'write'>;
  readonly inboxFile: Pick<InboxFile, 'read' | 'write'>;
  readonly kernel: EveryoneKernel;
  readonly now: () => BootMoment;
  readonly acceptable: typeof acceptableProgram;
  readonly authorize: Authorize;
  /** Resolves once the records are durable. */
  readonly record: (drafts: RecordDraft[]) => Promise<unknown>;
  readonly tell: (happened: HelperEvent) => void;
  readonly onTrouble: (message: string) => void;
}

type Answered = Promise<Result<EveryoneState, ProtocolError>>;

/** Something that a peer wants changed. */
interface Change {
  readonly action: string;
  readonly words: string;
  /** It takes back or tightens, and waits for nobody's password. */
  readonly isStricter: boolean;
  readonly make: (before: StoredEveryone) => Result<StoredEveryone, ProtocolError>;
}

const ACTION = 'io.ringfence.change-everyone';
const WRITE_INBOX_NS = 5_000_000_000n;

export class Everyone {
  readonly #options: EveryoneOptions;
  readonly #inboxes: Inboxes;
  #stored: StoredEveryone;
  #trouble: string | null = null;
  #inboxWritten = 0n;

  constructor(options: EveryoneOptions) {
    const { inboxFile, acceptable, tell, onTrouble } = options;
    this.#options = options;
    this.#inboxes = new Inboxes({ file: inboxFile, acceptable, tell, onTrouble });
    this.#stored = this.#load();
  }

  /** What is to be in force now. */
  settings(): EveryoneSettings {
    const { until, ...stored } = this.#stored;
    if (until === null) return { ...stored, until };
    if (leftNs(until, this.#options.now()) === 0n)
      return { ...stored, stage: 'enforcing', since: until.at, until: null };
    return { ...stored, until: until.at };
  }

  state(): EveryoneState {
    return { ...this.settings(), trouble: this.#trouble };
  }

  setStage(params: Params<'everyone.setStage'>, peer: Peer): Answered {
    const { stage } = params;
    const seconds = params.seconds ?? (stage === 'learning' ? LEARNING_SECONDS : undefined);
    return this.#change(peer, {
      ...{ action: 'everyone.setStage', words: stageWords({ stage, seconds }), isStricter: stage === 'enforcing' },
      make: (before) => success({ ...before, ...this.#stageFor(stage, seconds) }),
    });
  }

  override(params: Params<'everyone.override'>, peer: Peer): Answered {
    const { location, others } = params;
    if (!isHeld(location)) return Promise.resolve(noSuchLocation(location));
    const make: Change['make'] = (before) => {
      const rest = before.overrides.filter((one) => one.location !== location);
      const overrides = others === 'unset' ? rest : [...rest, { location, others }];
      return overrides.length > MAX_OVERRIDES ? full('overrides', MAX_OVERRIDES) : success({ ...before, overrides });
    };
    return this.#change(peer, { action: 'everyone.override', words: overrideWords(params), isStricter: false, make });
  }

  accept({ program, location }: Params<'everyone.accept'>, peer: Peer): Answered {
    if (location !== '*' && !isHeld(location)) return Promise.resolve(noSuchLocation(location));
    const found = this.#options.acceptable(program);
    if (!found.ok) {
      const { message, remedy } = found.error;
      return Promise.resolve(failure(protocolError('not-permitted', message, { remedy })));
    }
    const entry = { program: found.value, location, since: this.#today(), by: peer.uid };
    const make: Change['make'] = (before) => {
      const rest = before.accepted.filter((one) => one.program !== entry.program || one.location !== location);
      const accepted = [...rest, entry];
      return accepted.length > MAX_ACCEPTED
        ? full('accepted programs', MAX_ACCEPTED)
        : success({ ...before, accepted });
    };
    const words = acceptWords(found.value, location);
    return this.#change(peer, { action: 'everyone.accept', words, isStricter: false, make }, () =>
      this.#inboxes.settle((one) => one.program === found.value && (location === '*' || one.location === location)),
    );
  }

  revoke(params: Params<'everyone.revoke'>, peer: Peer): Answered {
    const found = this.#options.acceptable(params.program);
    // what is gone, or is no longer root's alone, is known by the name it had
    const names = [params.program, found.ok ? found.value : params.program];
    const make: Change['make'] = (before) => {
      const isMeant = ({ program, location }: (typeof before.accepted)[number]) =>
        names.includes(program) && (params.location === undefined || params.location === location);
      const accepted = before.accepted.filter((one) => !isMeant(one));
      if (accepted.length === before.accepted.length) {
        const where = params.location === undefined ? '' : ` at ${params.location}`;
        const remedy = 'What is: ringfence everyone';
        return failure(protocolError('not-found', `${params.program} is not accepted${where}`, { remedy }));
      }
      return success({ ...before, accepted });
    };
    return this.#change(peer, { action: 'everyone.revoke', words: revokeWords(params), isStricter: true, make });
  }

  inbox(peer: Peer): ReturnType<Inboxes['list']> {
    return this.#inboxes.list(peer);
  }

  dismiss(params: Params<'everyone.dismiss'>, peer: Peer): ReturnType<Inboxes['dismiss']> {
    const dismissed = this.#inboxes.dismiss(params, peer);
    this.#inboxes.tellChanges();
    return dismissed;
  }

  /** Told by the kernel side. What nobody is to be offered stands in the evidence log alone. */
  sighted(sighting: EveryoneSighting): void {
    if (this.#answerAt(sighting.location) !== 'ask') return;
    if (!this.#inboxes.add(sighting, this.settings().stage === 'learning'))
      this.#options.onTrouble('a sighting cannot be shown in an inbox');
  }

  /** Puts in force what is set, on the machine as it is now. */
  renew(): void {
    const trouble = this.#place();
    if (trouble === this.#trouble) return;
    this.#trouble = trouble;
    if (trouble !== null) this.#options.onTrouble(trouble);
    this.#tell();
  }

  /** Notices the end of a stage, and writes down how much of it is left. */
  sweep(): void {
    const now = this.#options.now();
    const { until, stage } = this.#stored;
    if (until !== null && leftNs(until, now) === 0n) this.#endStage(stage);
    else if (until !== null) this.#keep(notedAgain(until, now));
    this.#inboxes.tellChanges();
    if (now.bootNs - this.#inboxWritten < WRITE_INBOX_NS) return;
    this.#inboxWritten = now.bootNs;
    this.#inboxes.write();
  }

  /** Before the helper ends. */
  close(): void {
    this.#inboxes.write();
  }

  #load(): StoredEveryone {
    const { file, onTrouble } = this.#options;
    const read = file.read();
    // what cannot be read weakens nothing
    const strict = { stage: 'enforcing', since: this.#today(), until: null, overrides: [], accepted: [] } as const;
    const strictly = { ...strict, overrides: [], accepted: [] };
    if (!read.ok) {
      onTrouble(`${read.error}: what is not trusted is stopped, and nothing is accepted`);
      return strictly;
    }
    if (read.value !== null) return read.value;
    const fresh = { ...strictly, ...this.#stageFor('learning', LEARNING_SECONDS) };
    try {
      file.write(fresh);
    } catch (problem) {
      // it would begin anew with each start
      onTrouble(`learning cannot begin, as nothing can be written: ${String(problem)}`);
      return strictly;
    }
    this.#note(
      'everyone.changed',
      `a machine that is new to the guard: ${stageWords({ stage: 'learning', seconds: LEARNING_SECONDS })}`,
    );
    return fresh;
  }

  async #change(peer: Peer, change: Change, then: () => void = () => {}): Answered {
    const { action, words, isStricter, make } = change;
    const { authorize, record, file } = this.#options;
    const who = { pid: peer.pid, owner_uid: peer.uid, approver_uid: peer.uid, action, message: words };
    const tried = make(this.#stored);
    if (!tried.ok) return tried;
    const may = isStricter ? success(undefined) : await authorize(peer, ACTION, { change: words });
    if (!may.ok) {
      await record([{ kind: 'everyone.change-refused', ...who, cause: may.error.message }]);
      return may;
    }
    await record([{ kind: 'everyone.changed', ...who }]);
    // others may have changed something while the person was asked
    const changed = make(this.#stored);
    if (!changed.ok) return changed;
    try {
      file.write(changed.value);
    } catch (problem) {
      const reason = problem instanceof Error ? problem.message : String(problem);
      return failure(protocolError('unavailable', `the settings could not be written: ${reason}`));
    }
    this.#stored = changed.value;
    then();
    this.#spread();
    return success(this.state());
  }

  #endStage(stage: StoredEveryone['stage']): void {
    const over = this.settings();
    this.#stored = { ...this.#stored, stage: 'enforcing', since: over.since, until: null };
    this.#write();
    this.#note('everyone.stage-ended', `${STAGE_LABELS[stage]}, is over: ${stageWords({ stage: 'enforcing' })}`);
    this.#spread();
  }

  #keep(until: StoredEveryone['until']): void {
    if (until === null) return;
    this.#stored = { ...this.#stored, until };
    this.#write();
  }

  /** A disk that takes nothing lengthens nothing that this helper knows of. */
  #write(): void {
    try {
      this.#options.file.write(this.#stored);
    } catch (problem) {
      this.#options.onTrouble(`the settings for everyone else could not be written: ${String(problem)}`);
    }
  }

  #note(kind: string, message: string): void {
    const { record, onTrouble } = this.#options;
    record([{ kind, action: 'everyone.setStage', message }]).catch((error: unknown) => onTrouble(String(error)));
  }

  #spread(): void {
    this.#trouble = this.#place();
    if (this.#trouble !== null) this.#options.onTrouble(this.#trouble);
    this.#tell();
    this.#inboxes.tellChanges();
  }

  #tell(): void {
    this.#options.tell({ event: 'everyone.changed', data: this.state() });
  }

  #place(): string | null {
    try {
      const placed = this.#options.kernel.place(this.settings(), this.#untilNs());
      if (placed.ok) return null;
      return typeof placed.error === 'string' ? placed.error : placed.error.message;
    } catch (problem) {
      return problem instanceof Error ? problem.message : String(problem);
    }
  }

  #untilNs(): bigint | null {
    const { until } = this.#stored;
    const now = this.#options.now();
    const left = until === null ? 0n : leftNs(until, now);
    return left === 0n ? null : now.bootNs + left;
  }

  #stageFor(stage: StoredEveryone['stage'], seconds: number | undefined) {
    const now = this.#options.now();
    const until = stage === 'enforcing' || seconds === undefined ? null : stageEnding(now, seconds);
    return { stage, since: new Date(now.wallMs).toISOString(), until };
  }

  #answerAt(location: string): OthersAnswer {
    const override = this.#stored.overrides.find((one) => one.location === location);
    return override?.others ?? PLACED_LOCATIONS.find(({ name }) => name === location)?.others ?? 'ask';
  }

  #today(): string {
    return new Date(this.#options.now().wallMs).toISOString();
  }
}

/** Below homes: permissions keep programs from root’s own places, and of folders of projects agents alone are kept. */
function isHeld(location: string): boolean {
  return [...EVERYONE_ROWS.values()].some(({ name }) => name === location);
}

function noSuchLocation(location: string): Result<never, ProtocolError> {
  const remedy = 'The names are in docs/locations.md, and in: ringfence everyone inbox';
  return failure(
    protocolError('not-found', `there is no location ${location} that programs can be kept from`, { remedy }),
  );
}

function full(what: string, most: number): Result<never, ProtocolError> {
  const remedy = 'Take some back first: ringfence everyone';
  return failure(protocolError('limit-reached', `there are ${most} ${what} already`, { remedy }));
}
