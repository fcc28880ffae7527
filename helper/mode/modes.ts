/** Modes: set by an administrator, the same for every session of an agent at once, and over by themselves. */
import { MODE_LABELS } from '../../core/policy/mode-words.ts';
import { effectiveMode, type Mode } from '../../core/policy/modes.ts';
import { type ProtocolError, protocolError } from '../../core/protocol/errors.ts';
import type { HelperEvent } from '../../core/protocol/events.ts';
import type { MethodResult, Params } from '../../core/protocol/methods.ts';
import type { ModeSetting, ModeSettings } from '../../core/protocol/modes.ts';
import { failure, type Result, success } from '../../core/result.ts';
import type { Authorize } from '../approval/authorize.ts';
import type { RecordDraft } from '../audit/options.ts';
import type { Peer } from '../control/peer.ts';
import type { BootMoment } from './boot-clock.ts';
import { type ModeFile, NOTHING_SET, type StoredModes, type StoredSetting } from './mode-file.ts';

/** What of a session its mode depends on. */
export interface ModedSession {
  readonly agent: string | null;
  /** One of its manifests says `"mode": "enforce"`. */
  readonly insists: boolean;
}

/** The mode of a session, and until when at most. */
export interface ModeInForce {
  readonly mode: Mode;
  /** CLOCK_BOOTTIME; null: until it is changed. */
  readonly untilNs: bigint | null;
  readonly until: string | null;
}

export interface ModesOptions {
  readonly file: Pick<ModeFile, 'read' | 'write'>;
  readonly now: () => BootMoment;
  readonly authorize: Authorize;
  /** Resolves once the records are durable. */
  readonly record: (drafts: RecordDraft[]) => Promise<unknown>;
  readonly tell: (happened: HelperEvent) => void;
  /** Told of what is wrong with the file. */
  readonly onTrouble: (message: string) => void;
}

type Answered = Promise<Result<MethodResult<'mode.set'>, ProtocolError>>;

const ENFORCING: ModeInForce = { mode: 'enforce', untilNs: null, until: null };
const ACTION = 'io.ringfence.set-mode';
const NS_A_SECOND = 1_000_000_000n;

export class Modes {
  readonly #options: ModesOptions;
  readonly #followers = new Set<() => void>();
  #stored: StoredModes;
  /** What was over when it was last looked at. */
  #ended: string;

  constructor(options: ModesOptions) {
    this.#options = options;
    const read = options.file.read();
    if (!read.ok) options.onTrouble(`${read.error}: every agent is held to its rules`);
    // what cannot be read weakens nothing
    this.#stored = read.ok ? read.value : NOTHING_SET;
    this.#ended = this.#endedNow();
  }

  /** Called back whenever a session's mode may be another than before. */
  follow(changed: () => void): void {
    this.#followers.add(changed);
  }

  list(): ModeSettings {
    const shown = (setting: StoredSetting): ModeSetting => ({
      mode: setting.mode,
      since: setting.since,
      until: setting.until?.at ?? null,
      ended: this.#isOver(setting),
    });
    const { machine, agents } = this.#stored;
    return {
      machine: machine && shown(machine),
      agents: Object.entries(agents).map(([agent, setting]) => ({ agent, ...shown(setting) })),
    };
  }

  of({ agent, insists }: ModedSession): ModeInForce {
    const own = agent !== null && Object.hasOwn(this.#stored.agents, agent) ? this.#stored.agents[agent] : undefined;
    const set = [this.#stored.machine, own ?? null];
    const [machine = null, ofAgent = null] = set.map((setting) => setting && this.#modeOf(setting));
    const mode = effectiveMode({ machine, agent: ofAgent, insists });
    if (mode === 'enforce') return ENFORCING;
    const ends = set.flatMap((setting) => (setting?.until ? [setting.until] : []));
    const first = ends.sort((a, b) => (BigInt(a.bootNs) < BigInt(b.bootNs) ? -1 : 1))[0];
    return { mode, untilNs: first ? BigInt(first.bootNs) : null, until: first?.at ?? null };
  }

  async set(params: Params<'mode.set'>, peer: Peer): Answered {
    const { authorize, record } = this.#options;
    const words = wordsOf(params);
    const who = { pid: peer.pid, owner_uid: peer.uid, approver_uid: peer.uid, action: 'mode.set', message: words };
    // to be held to the rules again waits for nobody's password
    const may = params.mode === 'enforce' ? success(undefined) : await authorize(peer, ACTION, { change: words });
    if (!may.ok) {
      await record([{ kind: 'mode.change-refused', ...who, cause: may.error.message }]);
      return may;
    }
    await record([{ kind: 'mode.changed', ...who }]);
    const changed = this.#changed(params);
    try {
      this.#options.file.write(changed);
    } catch (problem) {
      const reason = problem instanceof Error ? problem.message : String(problem);
      return failure(protocolError('unavailable', `the modes could not be written: ${reason}`));
    }
    this.#stored = changed;
    this.#ended = this.#endedNow();
    this.#spread();
    return success(this.list());
  }

  /** Notices what has ended; the kernel has gone by its own clock before. */
  sweep(): void {
    const ended = this.#endedNow();
    if (ended === this.#ended) return;
    const before = new Set(this.#ended.split('\n'));
    const drafts = ended
      .split('\n')
      .filter((line) => line !== '' && !before.has(line))
      .map((message): RecordDraft => ({ kind: 'mode.ended', action: 'mode.set', message }));
    this.#ended = ended;
    void this.#options.record(drafts).catch((error: unknown) => this.#options.onTrouble(String(error)));
    this.#spread();
  }

  #spread(): void {
    for (const changed of this.#followers) changed();
    this.#options.tell({ event: 'modes.changed', data: this.list() });
  }

  #changed({ agent, mode, seconds }: Params<'mode.set'>): StoredModes {
    const setting = mode === 'unset' ? null : this.#settingOf(mode, seconds);
    if (agent === null) return { ...this.#stored, machine: setting };
    const { [agent]: _, ...others } = this.#stored.agents;
    return { ...this.#stored, agents: setting === null ? others : { ...others, [agent]: setting } };
  }

  #settingOf(mode: Mode, seconds: number | undefined): StoredSetting {
    const { bootId, bootNs, wallMs } = this.#options.now();
    const since = new Date(wallMs).toISOString();
    if (seconds === undefined || mode === 'enforce') return { mode, since, until: null };
    const at = new Date(wallMs + seconds * 1000).toISOString();
    return { mode, since, until: { at, bootId, bootNs: String(bootNs + BigInt(seconds) * NS_A_SECOND) } };
  }

  /** What has ended counts as held to the rules, so that no end of one setting loosens another. */
  #modeOf(setting: StoredSetting): Mode {
    return this.#isOver(setting) ? 'enforce' : setting.mode;
  }

  /** Whether its time is over; after another start of the machine nobody can tell, so it is. */
  #isOver({ until }: StoredSetting): boolean {
    if (until === null) return false;
    const { bootId, bootNs } = this.#options.now();
    return until.bootId !== bootId || bootNs >= BigInt(until.bootNs);
  }

  #endedNow(): string {
    const { machine, agents } = this.list();
    const all = [...(machine ? [{ agent: null, ...machine }] : []), ...agents];
    return all
      .filter(({ ended }) => ended)
      .map(({ agent, mode, until }) => `${whose(agent)}: ${MODE_LABELS[mode]} ended at ${until}`)
      .join('\n');
  }
}

function whose(agent: string | null): string {
  return agent === null ? 'every agent of this machine' : agent;
}

function wordsOf({ agent, mode, seconds }: Params<'mode.set'>): string {
  if (mode === 'unset') return `take back the mode that was set for ${whose(agent)}.`;
  const time = seconds === undefined || mode === 'enforce' ? '' : ` for ${seconds} seconds`;
  return `set ${whose(agent)} to ${mode}${time} (${MODE_LABELS[mode]}).`;
}
