/** What the helper must not forget of a session while its processes live: kept beside the pins, and gone with them at a reboot. */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { Session } from '../../core/protocol/session.ts';
import type { ProxiedName } from '../../core/proxy/proxied-names.ts';
import type { SessionDescription } from '../audit/options.ts';
import type { DelegatedPlacement } from '../kernel/delegations.ts';
import type { SkillPins } from '../kernel/pins.ts';
import type { Placement } from '../kernel/policy-store.ts';
import type { ProxyPlace } from '../proxy/serving-proxy.ts';
import type { BindRequest } from '../worker/binding.ts';
import type { SessionSkill } from './session-skills.ts';
import type { SkillPlace } from './skill-place.ts';

/** A session as it was bound. `request` compiles it again when the host's mounts or name servers change. */
export interface BoundSession {
  readonly number: bigint;
  readonly shown: Omit<Session, 'pids' | 'blocks' | 'trust' | 'mode' | 'modeUntil'>;
  readonly description: SessionDescription;
  readonly onViolation: 'block' | 'kill';
  /** A manifest of the session says that it is to be enforced; left out by an earlier helper. */
  readonly insists?: boolean;
  /** Started with `--audit`: what nothing declares is allowed and recorded, whatever mode is set. */
  readonly isAudited?: boolean;
  /** The `ringfence run` that started it. */
  readonly launcherPid: number;
  request: BindRequest;
  /** What the kernel watches over. */
  readonly pins: SkillPins;
  readonly place: SkillPlace;
  /** Null: its agent reaches no names, or those that it looks up. */
  readonly proxy: (ProxyPlace & { readonly names: readonly ProxiedName[] }) | null;
  placement: Placement;
  delegated: readonly DelegatedPlacement[];
  /** `changing`: what the kernel has need not be what is written here. */
  tables: 'settled' | 'changing';
  /** Those with manifests of their own, beside the session's. */
  readonly skills: readonly SessionSkill[];
  blocks: number;
}

const DIRECTORY_MODE = 0o700;

export class SessionBook {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
    mkdirSync(directory, { recursive: true, mode: DIRECTORY_MODE });
  }

  /** Whole or not at all: a crash leaves the old page. */
  write(session: BoundSession): void {
    const path = this.#page(session.shown.id);
    writeFileSync(`${path}.new`, serialize(session), { mode: 0o600 });
    renameSync(`${path}.new`, path);
  }

  remove(id: string): void {
    rmSync(this.#page(id), { force: true });
  }

  /** Every session that was written; root alone can write here. */
  read(): BoundSession[] {
    return readdirSync(this.#directory)
      .filter((name) => name.endsWith('.session'))
      .map((name) => deserialize(readFileSync(join(this.#directory, name))) as BoundSession);
  }

  #page(id: string): string {
    return join(this.#directory, `${id}.session`);
  }
}
