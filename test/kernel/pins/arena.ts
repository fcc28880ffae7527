/** Skills, agents bound to them, and those who change their files, on the kernel side by itself. */
import { chmodSync, chownSync, copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile } from '../../../core/policy/compile.ts';
import { NO_LIMITS, REFUSE_UNDECLARED } from '../../../core/policy/rule.ts';
import { policyOf } from '../../../core/policy/testing/generated-policy.ts';
import type { KernelSource, TrustDroppedEvent } from '../../../helper/audit/kernel-event.ts';
import type { Guard } from '../../../helper/kernel/guard.ts';
import { readHostMounts } from '../../../helper/kernel/mounts.ts';
import { type PinnedSkill, pinSkill } from '../../../helper/session/pin-skill.ts';
import { Performer } from '../performer.ts';

export const DEV = 1000;
export const EPERM = 1;
const READER = { uid: DEV, gid: DEV };
/** What every agent here may read: by its manifest, and by the base. */
export const DATA = '/home/pins-data/granted';
export const BASE = '/etc/hostname';

/** Who is at work: in the session of the skill itself, or outside of any. */
export type Who = 'agent' | 'user' | 'root';

export interface Session {
  readonly number: bigint;
  readonly skill: number;
  readonly agent: Performer;
  readonly bound: PinnedSkill;
}

export class Arena {
  readonly guard: Guard;
  readonly changer: string;
  readonly #source: KernelSource;
  readonly #program: string;
  readonly #strangers = new Map<Who, Performer>();
  #last = 0x9175_0000n;

  constructor(guard: Guard, source: KernelSource, programs: string) {
    this.guard = guard;
    this.changer = join(programs, 'changer');
    this.#program = join(programs, 'nothing');
    this.#source = source;
    mkdirSync('/home/pins-data', { recursive: true });
    writeFileSync(DATA, 'granted');
    this.#strangers.set('user', new Performer(this.changer, 0, DEV));
    this.#strangers.set('root', new Performer(this.changer));
  }

  /** A new skill of the user's at `place`/above/skill; its folder. */
  makeSkill(place: string): string {
    rmSync(join(place, 'above'), { recursive: true, force: true });
    rmSync(join(place, 'elsewhere'), { recursive: true, force: true });
    const folder = join(place, 'above/skill');
    mkdirSync(join(folder, 'lib'), { recursive: true });
    writeFileSync(join(folder, 'SKILL.md'), '# skill\n'.repeat(1024));
    writeFileSync(join(folder, 'clawmanifest.json'), '{}');
    writeFileSync(join(folder, 'lib/helper.py'), 'print()\n');
    copyFileSync(this.#program, join(folder, 'tool'));
    writeFileSync(join(place, 'above/evil'), 'evil\n'.repeat(2048));
    const all = ['', 'above', 'above/evil', 'above/skill', 'above/skill/lib'];
    const files = ['SKILL.md', 'clawmanifest.json', 'lib/helper.py', 'tool'].map((name) => `above/skill/${name}`);
    for (const path of [...all, ...files]) chownSync(join(place, path), DEV, DEV);
    chmodSync(join(folder, 'tool'), 0o755);
    return folder;
  }

  /** Binds a skill as the helper does. Throws when that is refused. */
  bind(folder: string): { skill: number; session: bigint; bound: PinnedSkill } {
    const { pins } = this.guard;
    const session = this.#last++;
    const skill = pins.begin(session);
    const manifest = Buffer.from('{}');
    const what = { folder, manifestName: 'clawmanifest.json', manifest, reader: READER };
    const bound = pinSkill(pins, skill, { ...what, mounts: readHostMounts().mounts });
    if (bound.ok) return { skill, session, bound: bound.value };
    pins.end(skill);
    throw new Refused((bound.error.refusals ?? []).map(({ code }) => code).join(), bound.error.message);
  }

  /** A session whose agent may do as it likes in the folder of its skill. */
  start(folder: string): Session {
    const { skill, session, bound } = this.bind(folder);
    return { number: session, skill, agent: this.#agent(folder, session, skill), bound };
  }

  /** The control: the same, but that nothing is pinned. */
  startUnpinned(folder: string): Performer {
    return this.#agent(folder, this.#last++, 0);
  }

  stranger(who: 'user' | 'root'): Performer {
    return this.#strangers.get(who) as Performer;
  }

  async end({ agent, skill }: Pick<Session, 'agent' | 'skill'>): Promise<void> {
    await agent.end();
    this.guard.pins.end(skill);
  }

  /** Since the last time. */
  drops(): TrustDroppedEvent[] {
    return this.#read().filter((event) => event.kind === 'trust-dropped');
  }

  async close(): Promise<void> {
    for (const performer of this.#strangers.values()) await performer.end();
  }

  #read() {
    const events = [];
    for (let batch = this.#source.read(1000); batch; batch = this.#source.read(1000)) {
      events.push(...batch.events);
      this.#source.commit(batch.position);
    }
    return events;
  }

  /** Two rules of the manifest, then one of the base. */
  #agent(folder: string, session: bigint, skill: number): Performer {
    const anything = ['read', 'write', 'create', 'delete', 'exec'] as const;
    const tables = compile(
      policyOf([
        { effect: 'allow', operations: [...anything], pattern: `${join(folder, '../..')}/**` },
        { effect: 'allow', operations: ['read'], pattern: DATA },
        { effect: 'allow', operations: ['read'], pattern: BASE },
      ]),
      this.guard.mounts,
    );
    if (!tables.ok) throw new Error(tables.error.message);
    const { policy } = this.guard.policies.install(tables.value, SETTINGS);
    const agent = new Performer(this.changer, 0, DEV);
    this.guard.side.label(agent.pid, { session, policy, generation: 1, skill, flags: 0 });
    return agent;
  }
}

/** The third rule is the base's. A skill that others change is no violation of its agent's: that is not killed for it. */
const SETTINGS = { onViolation: 'kill', undeclared: REFUSE_UNDECLARED, limits: NO_LIMITS, firstBaseRule: 3 } as const;

export class Refused extends Error {
  readonly codes: string;

  constructor(codes: string, message: string) {
    super(message);
    this.codes = codes;
  }
}
