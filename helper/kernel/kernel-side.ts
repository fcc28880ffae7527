/** The programs in the kernel: loaded once, pinned, and taken over again by every later run of the helper. */
import { kernel, type ProgramStatistics } from '../../native/kernel/index.ts';
import { EarlierBuilds, Guardians } from './earlier-builds.ts';
import {
  decodeTaskReports,
  decodeU64,
  encodeLabel,
  encodeLabelOrder,
  encodeU32,
  encodeU64,
  type Label,
  SIZES,
  type TaskReport,
} from './layout.ts';
import { PinnedMap } from './pinned-map.ts';
import { type ComingIntoForce, type KernelSideOptions, putInForce } from './put-in-force.ts';

export interface Counters {
  readonly sequence: bigint;
  readonly dropped: bigint;
  /** Answers of name servers, or parts of them, that nobody could read. */
  readonly answersLost: bigint;
  /** Programs that nobody looked at when they were executed. */
  readonly recognitionsLost: bigint;
}

export class KernelSide {
  readonly pinDirectory: string;
  readonly cameIntoForce: ComingIntoForce;
  readonly earlier: EarlierBuilds;
  readonly guardians: Guardians;
  /** Unique within a boot: one set of maps, whichever build reads it. */
  readonly instance: string;
  readonly #maps: Record<'sessions' | 'labelOrder' | 'templates' | 'counters', PinnedMap>;

  /** Throws KernelError with the verifier's log when the kernel refuses the programs, and UpgradeRefused where others are in force. */
  constructor(options: KernelSideOptions) {
    this.pinDirectory = options.pinDirectory;
    this.cameIntoForce = putInForce(options);
    this.earlier = new EarlierBuilds(options.pinDirectory);
    this.guardians = new Guardians(options.pinDirectory);
    const open = (name: string) => new PinnedMap(options.pinDirectory, name);
    this.#maps = {
      sessions: open('sessions'),
      labelOrder: open('label_order'),
      templates: open('task_templates'),
      counters: open('counters'),
    };
    this.instance = String(this.#maps.counters.id);
  }

  /** Whether what was in the maps is there still. */
  get resumed(): boolean {
    return this.cameIntoForce === 'resumed' || this.cameIntoForce === 'upgraded';
  }

  /** Labels every thread of a process. Returns one report a thread; none when the process is gone. */
  label(pid: number, label: Label): TaskReport[] {
    if (!this.#maps.sessions.get(encodeU64(label.session)))
      this.#maps.sessions.set(encodeU64(label.session), new Uint8Array(SIZES.session));
    const template = this.#maps.templates.get(encodeU32(1));
    if (!template) throw new Error('the kernel side has no template for labels');
    template.set(encodeLabel(label), 0);
    this.#maps.templates.set(encodeU32(1), template);
    this.#maps.labelOrder.set(encodeU32(0), encodeLabelOrder(pid, label));
    return decodeTaskReports(kernel.iterate(`${this.pinDirectory}/programs/rf_label_process`));
  }

  /** Every labelled thread alive. */
  labels(): TaskReport[] {
    return decodeTaskReports(kernel.iterate(`${this.pinDirectory}/programs/rf_list_labels`));
  }

  /** Tasks of a session that are alive, null when the kernel does not know it. */
  liveTasks(session: bigint): bigint | null {
    const value = this.#maps.sessions.get(encodeU64(session));
    return value && decodeU64(value);
  }

  forgetSession(session: bigint): void {
    this.#maps.sessions.delete(encodeU64(session));
  }

  counters(): Counters {
    const value = this.#maps.counters.get(encodeU32(0)) ?? new Uint8Array(SIZES.counters);
    return {
      sequence: decodeU64(value),
      dropped: decodeU64(value, 8),
      answersLost: decodeU64(value, 32),
      recognitionsLost: decodeU64(value, 40),
    };
  }

  statistics(): ProgramStatistics[] {
    return kernel.statistics(this.pinDirectory);
  }
}
