/** Files that bind whoever runs them to a skill, by session: told by the kernel by their identity. */
import { kernel } from '../../native/kernel/index.ts';
import { decodeU32, encodeBinding, encodeSkillFileKey, type InodeKey, type SkillBinding } from './layout.ts';
import { PinnedMap } from './pinned-map.ts';

/** In struct rf_skill_file_key. */
const POLICY_OFFSET = 16;

export class SkillFiles {
  readonly #pinDirectory: string;
  readonly #map: PinnedMap;
  /** Policies of the sessions that have some. */
  readonly #sessions = new Set<number>();

  constructor(pinDirectory: string) {
    this.#pinDirectory = pinDirectory;
    this.#map = new PinnedMap(pinDirectory, 'skill_files');
  }

  /** From here on whoever runs one of these in the session is bound. `policy`: of the session. Throws KernelError. */
  add(policy: number, files: readonly InodeKey[], binding: SkillBinding): void {
    kernel.attachOnDemand(this.#pinDirectory, 'rf_skills_');
    this.#sessions.add(policy);
    for (const file of files) this.#map.set(encodeSkillFileKey(file, policy), encodeBinding(binding));
  }

  get inUse(): boolean {
    return this.#sessions.size > 0;
  }

  remove(policy: number): void {
    if (!this.#sessions.delete(policy)) return;
    this.#removeWhere((own) => own === policy);
  }

  /** Counts a session's files as in force that an earlier run has put there. */
  adopt(policy: number): void {
    this.#sessions.add(policy);
  }

  /** After all that there is was adopted: removes what an earlier run left behind. */
  forgetRest(): void {
    this.#removeWhere((policy) => !this.#sessions.has(policy));
  }

  #removeWhere(isGone: (policy: number) => boolean): void {
    const gone = this.#map.keys().filter((key) => isGone(decodeU32(key, POLICY_OFFSET)));
    this.#map.deleteMany(Buffer.concat(gone));
  }
}
