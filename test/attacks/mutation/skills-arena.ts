/** Witnesses for what binds a process to a skill: by which name its script is reached. Not bound, it has all of its agent's rights. */

import type { Helper } from '../../kernel/installed.ts';
import { scriptOf } from '../../kernel/skills/binding.ts';
import {
  agent,
  agentsManifest,
  BOUND,
  COPY,
  makeWork,
  SKILL,
  sayings,
  TOOL,
  UNBOUND,
  WORK,
  writeSkill,
} from '../../kernel/skills/folders.ts';
import { PINS, startHelper, trustOnce } from './product.ts';
import { type Arena, type Outcome, workOutcome } from './witness.ts';

/** NAME stands for the probe's own. */
const ESCAPES: Readonly<Record<string, string>> = {
  'script-by-link': `python3 ${WORK}/named-otherwise.py NAME`,
  'script-by-unread-link': `sh ${WORK}/named-otherwise.sh NAME`,
  'script-by-folder-link': `python3 ${WORK}/link/probe.py NAME`,
  'script-by-node': `node ${TOOL}/probe.cjs NAME`,
};

const WORK_DONE: Readonly<Record<string, string>> = {
  'namesake-by-link': `node ${COPY}/bin/named-cli NAME`,
};

export class SkillsArena implements Arena {
  readonly name = 'skills';
  readonly pins = PINS;
  readonly witnesses: readonly string[] = [...Object.keys(ESCAPES), ...Object.keys(WORK_DONE)];
  readonly #helper: Helper;

  private constructor(helper: Helper) {
    this.#helper = helper;
  }

  static async begin(programs: string): Promise<SkillsArena> {
    makeWork(programs);
    trustOnce();
    for (const name of ['tool', 'other']) writeSkill(name, SKILL, programs);
    return new SkillsArena(await startHelper());
  }

  async run(names: readonly string[]): Promise<Outcome[]> {
    const commands = Object.entries({ ...ESCAPES, ...WORK_DONE }).filter(([name]) => names.includes(name));
    const said = await agent(
      agentsManifest(),
      [TOOL],
      ['/bin/sh', '-c', `${scriptOf(Object.fromEntries(commands))}\n:`],
    ).ended;
    const answers = sayings(said.stdout);
    return names.map((name) => {
      const answer = answers.get(name);
      if (name in WORK_DONE) return workOutcome(name, answer === UNBOUND, `${answer}`);
      if (answer === BOUND) return { name, state: 'held', detail: '' };
      return { name, state: answer === undefined ? 'failed' : 'through', detail: answer ?? 'silent' };
    });
  }

  async close(): Promise<void> {
    await this.#helper.end('SIGTERM');
  }
}
