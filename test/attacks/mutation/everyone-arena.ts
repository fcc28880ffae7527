/**
 * Witnesses among programs that are no agents, in the installed product once it holds everyone: what a program that nobody trusts does at a
 * secret of the user's, and what passes for a trusted one.
 */
import { copyFileSync, readdirSync, rmSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { Administrator } from '../../kernel/everyone/administrator.ts';
import { outcomesOf } from '../../kernel/everyone/deeds.ts';
import { standIn } from '../../kernel/everyone/stand-ins.ts';
import { installTrusted, intrusions, ownUse, prepareTricks } from '../../kernel/everyone/trust.ts';
import { AWS, hasWorked, LOOT, STATIC, tricksWith, WORK } from '../../kernel/everyone/trust-tricks.ts';
import { asDev, give, type Helper, HOME, sleep, startAsDev } from '../../kernel/installed.ts';
import type { Tally } from '../../kernel/tally.ts';
import { PROGRAMS } from '../compile.ts';
import { checksOutcome } from './checks.ts';
import { PINS, startHelper } from './product.ts';
import { type Arena, attackOutcome, type Outcome } from './witness.ts';

/** Everything below it is refused to strangers; below the other one to all but one program. */
const PLACE = `${HOME}/.oci`;
const CLOUD = `${HOME}/.config/gcloud/secret`;
const CLOUD_PROGRAM = '/usr/bin/gcloud';
const STRANGER = '/usr/local/bin/nobodys-program';
/** The helper looks every few seconds for programs that were installed. */
const LOOKED_MS = 12_000;

const DEEDS: Readonly<Record<string, readonly string[]>> = {
  'a stranger reads a secret': ['read', `${PLACE}/file`],
  'a stranger makes a file without opening it': ['mknod-file', `${PLACE}/new`],
  'a stranger makes a folder': ['mkdir', `${PLACE}/new`],
  'a stranger makes a fifo': ['mknod', `${PLACE}/new`],
  'a stranger makes a link': ['symlink', `${PLACE}/new`, '/tmp'],
  'a stranger removes a secret': ['unlink', `${PLACE}/file`],
  'a stranger removes a folder': ['rmdir', `${PLACE}/empty`],
  'a stranger gives a secret a second name': ['link', `${PLACE}/file`, `${HOME}/linked`],
  'a stranger moves a secret': ['rename', `${PLACE}/file`, `${HOME}/moved`],
  'a stranger truncates a secret': ['truncate', `${PLACE}/file`],
  'a stranger changes a secret’s mode': ['chmod', `${PLACE}/file`],
  'a stranger changes a secret’s owner': ['chown', `${PLACE}/file`],
};

/** Where a process is known by its place in memory, one that ends must not be taken for the next one there. */
const REPLACED = 'a child in the place of a trusted one';
const REPLACEMENTS = 40;
/** The kernel lets go of a link some time after its pin is gone. */
const LET_GO_MS = 3000;
const BEGUN = 'everyone is held from now on';

const LOADING: Readonly<Record<string, string>> = {
  'a trusted program maps code of the user’s': 'map',
  'a trusted program makes data of the user’s code': 'protect',
};

export class EveryoneArena implements Arena {
  readonly name = 'everyone else';
  readonly pins = PINS;
  readonly witnesses: readonly string[];
  readonly #programs: string;
  readonly #helper: Helper;
  readonly #administrator: Administrator;
  readonly #tricks: ReadonlyMap<string, string>;

  private constructor(programs: string, helper: Helper, administrator: Administrator) {
    this.#programs = programs;
    this.#helper = helper;
    this.#administrator = administrator;
    this.#tricks = new Map(tricksWith(programs).map(({ name, script }) => [name, script]));
    const suites = [REPLACED, BEGUN, 'trusted programs do their work', 'intrusions into trusted programs'];
    this.witnesses = [...Object.keys(DEEDS), ...Object.keys(LOADING), ...suites, ...this.#tricks.keys()];
  }

  static async begin(programs: string): Promise<EveryoneArena> {
    copyFileSync(join(programs, 'doer'), STRANGER);
    installTrusted(programs);
    standIn(join(PROGRAMS, 'loader'), CLOUD_PROGRAM);
    const helper = await startHelper();
    const administrator = await Administrator.arrive();
    await administrator.set('enforcing');
    await sleep(LOOKED_MS);
    return new EveryoneArena(programs, helper, administrator);
  }

  async run(names: readonly string[]): Promise<Outcome[]> {
    prepareTricks(this.#programs);
    const outcomes: Outcome[] = [];
    for (const name of names) outcomes.push(await this.#one(name));
    return outcomes;
  }

  async close(): Promise<void> {
    this.#administrator.leave();
    await this.#helper.end('SIGTERM');
  }

  async #one(name: string): Promise<Outcome> {
    const deed = DEEDS[name];
    if (deed !== undefined) return this.#deed(name, deed);
    const loading = LOADING[name];
    if (loading !== undefined) return this.#load(name, loading);
    const trick = this.#tricks.get(name);
    if (trick !== undefined) return this.#trick(name, trick);
    if (name === REPLACED) return this.#replace();
    if (name === BEGUN) return checksOutcome(name, (tally) => this.#beginAgain(tally));
    const use = name === 'trusted programs do their work' ? ownUse : undefined;
    return checksOutcome(name, (tally) => {
      const setup = { tally, programs: this.#programs };
      return use === undefined ? intrusions(setup, true) : use(setup);
    });
  }

  #deed(name: string, words: readonly string[]): Outcome {
    for (const left of [PLACE, `${HOME}/linked`, `${HOME}/moved`]) rmSync(left, { recursive: true, force: true });
    give(`${PLACE}/empty`);
    give(`${PLACE}/file`, 'a secret\n');
    give(join(WORK, 'deed'), `deed\t${words.join('\t')}\n`);
    const { stdout } = asDev([STRANGER, join(WORK, 'deed')]);
    return attackOutcome(name, outcomesOf(stdout).get('deed') ?? null);
  }

  #load(name: string, way: string): Outcome {
    give(CLOUD, 'a secret\n');
    give(join(WORK, 'code'), 'code of the user\n');
    const { stdout } = asDev([CLOUD_PROGRAM, way, join(WORK, 'code'), CLOUD]);
    const errno = /^read=(\d+)$/m.exec(stdout)?.[1];
    return attackOutcome(name, errno === undefined ? null : Number(errno));
  }

  /** A trusted program ends, and a child of a stranger's begins, which executes nothing and reads what that one may. */
  #replace(): Outcome {
    give(join(WORK, 'nothing'), '');
    const round = (at: number) => `ended-${at}\trun\t${STATIC}\t${join(WORK, 'nothing')}\nread-${at}\tforked\t${AWS}\n`;
    give(join(WORK, 'deed'), Array.from({ length: REPLACEMENTS }, (_, at) => round(at)).join(''));
    const outcomes = outcomesOf(asDev([STRANGER, join(WORK, 'deed')]).stdout);
    const reads = [...outcomes].filter(([id]) => id.startsWith('read-')).map(([, errno]) => errno);
    const wrong = reads.length === REPLACEMENTS ? (reads.find((errno) => errno !== 1) ?? 1) : null;
    return attackOutcome(REPLACED, reads.includes(0) ? 0 : wrong);
  }

  /** As on the first day, when nothing of it is attached yet: who runs already is looked at. */
  async #beginAgain(tally: Tally): Promise<void> {
    for (const link of readdirSync(`${PINS}/links`).filter((name) => name.startsWith('rf_everyone_')))
      unlinkSync(`${PINS}/links/${link}`);
    await sleep(LET_GO_MS);
    give(CLOUD, 'a secret\n');
    give(join(WORK, 'waits'), '');
    const early = startAsDev([CLOUD_PROGRAM, 'later', join(WORK, 'waits'), CLOUD]);
    await sleep(LET_GO_MS);
    await this.#administrator.set('audit');
    await this.#administrator.set('enforcing');
    rmSync(join(WORK, 'waits'));
    const { stdout } = await early.ended;
    tally.check('a trusted program that ran before works', stdout.trim() === 'read=0', stdout);
    const stranger = this.#deed('', ['read', `${PLACE}/file`]);
    tally.check('a stranger is refused', stranger.state === 'held', stranger.detail);
  }

  #trick(name: string, script: string): Outcome {
    rmSync(LOOT, { force: true });
    const { stdout } = asDev(['/bin/sh', '-c', `cd ${WORK}; ${script}`]);
    return { name, state: hasWorked(stdout) ? 'through' : 'held', detail: '' };
  }
}
