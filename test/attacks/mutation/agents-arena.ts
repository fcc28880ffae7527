/**
 * Witnesses in the installed product: the attacks of attacks.json, in one session of an agent's that grants nothing of the victim's; a known
 * agent that nobody starts under a manifest; and names that are granted.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { asDev, give, type Helper, HOME } from '../../kernel/installed.ts';
import { ATTACKS, type Attack, casesOf, isPossible, needsNames, needsPeer } from '../attack.ts';
import { PROGRAMS } from '../compile.ts';
import { openNames } from '../names.ts';
import { openPeers } from '../peer.ts';
import { WORK } from '../places.ts';
import type { CaseResult } from '../plan.ts';
import { launcherOf, runCases } from '../run-cases.ts';
import { runAsDev } from '../session.ts';
import { setStage } from '../stage.ts';
import { PINS, startHelper } from './product.ts';
import { type Arena, type Outcome, workOutcome } from './witness.ts';

const SUCCEEDED = 0;
const REFUSED = 10;
const RECOGNISED = 'a known agent reads a key by its first statement';
/** What comes by a stream the helper reads. */
const NAMED: Readonly<Record<string, readonly string[]>> = {
  'a granted name leads somewhere': [],
  'a granted name by a stream leads somewhere': ['stream'],
};
const LOG_RESTRICTION = '/proc/sys/kernel/dmesg_restrict';
/** Where its installer puts it. */
const AGENT = `${HOME}/.local/share/claude/versions/2.1.330`;

/** What got through and could not be undone, as the guard keeps agents from unmounting. */
function unmountBelow(folder: string): void {
  const mountpoints = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '');
  const own = mountpoints.filter((path) => path.startsWith(`${folder}/`));
  for (const path of own.reverse()) execFileSync('umount', ['--lazy', path]);
}

/** How an attack went, by how its cases did: one that got through is enough. What it needs and did not get is no refusal. */
export function outcomeOf(name: string, results: readonly (CaseResult | undefined)[]): Outcome {
  if (results.some((result) => result?.exit === SUCCEEDED)) return { name, state: 'through', detail: '' };
  const odd = results.find((result) => result?.exit !== REFUSED);
  if (results.length > 0 && odd === undefined && !results.includes(undefined))
    return { name, state: 'held', detail: '' };
  const where = odd?.report ? `${odd.report.step}, errno ${odd.report.errno}` : 'silent';
  return { name, state: 'failed', detail: odd === undefined ? 'no result' : `status ${odd.exit} (${where})` };
}

export class AgentsArena implements Arena {
  readonly name = 'agents';
  readonly pins = PINS;
  readonly witnesses: readonly string[];
  readonly #attacks: readonly Attack[];
  readonly #programs: string;
  readonly #helper: Helper;
  readonly #closePeers: () => void;

  private constructor(attacks: readonly Attack[], programs: string, helper: Helper, closePeers: () => void) {
    this.#attacks = attacks;
    this.#programs = programs;
    this.#helper = helper;
    this.#closePeers = closePeers;
    this.witnesses = [...attacks.map(({ name }) => name), RECOGNISED, ...Object.keys(NAMED)];
  }

  /** `release`: of the kernel, which decides what can happen at all. */
  static async begin(release: string, userNamespaces: boolean, programs: string): Promise<AgentsArena> {
    const attacks = ATTACKS.filter((one) => isPossible(one, release, userNamespaces));
    const cases = casesOf(attacks, true);
    setStage(PROGRAMS);
    // as upstream kernels have it: where it is set they refuse by themselves
    writeFileSync(LOG_RESTRICTION, '0');
    const peers = await openPeers(cases.filter(needsPeer).map(({ port }) => port));
    const named = await openNames(cases.filter(needsNames).map(({ port }) => port));
    const closePeers = () => {
      peers.close();
      named.close();
    };
    return new AgentsArena(attacks, programs, await startHelper(), closePeers);
  }

  async run(names: readonly string[]): Promise<Outcome[]> {
    const outcomes = names.some((name) => name !== RECOGNISED && !(name in NAMED)) ? await this.#attack(names) : [];
    if (names.includes(RECOGNISED)) outcomes.push(this.#recognise());
    for (const [name, words] of Object.entries(NAMED))
      if (names.includes(name)) outcomes.push(await this.#name(name, words));
    return outcomes;
  }

  async close(): Promise<void> {
    this.#closePeers();
    await this.#helper.end('SIGTERM');
  }

  async #attack(names: readonly string[]): Promise<Outcome[]> {
    const chosen = this.#attacks.filter(({ name }) => names.includes(name));
    unmountBelow(HOME);
    const cases = casesOf(chosen, false);
    const results = await runCases(cases, launcherOf('guarded'), `${chosen.length} attacks`);
    return chosen.map((attack) => {
      const own = cases.filter((one) => one.attack === attack);
      return outcomeOf(
        attack.name,
        own.map(({ id }) => results.get(id)),
      );
    });
  }

  #recognise(): Outcome {
    give(`${HOME}/.ssh/id_rsa`, 'a secret');
    mkdirSync(dirname(AGENT), { recursive: true });
    copyFileSync(join(this.#programs, 'reader'), AGENT);
    chmodSync(AGENT, 0o755);
    const said = asDev([AGENT]).stdout.trim();
    if (said === 'refused') return { name: RECOGNISED, state: 'held', detail: '' };
    return { name: RECOGNISED, state: said === 'read' ? 'through' : 'failed', detail: said };
  }

  async #name(name: string, words: readonly string[]): Promise<Outcome> {
    const port = casesOf(this.#attacks, true).find(needsNames)?.port;
    const { status, stdout } = await runAsDev(
      [...launcherOf('guarded'), join(PROGRAMS, 'name-granted'), ...words, String(port)],
      { cwd: WORK },
    );
    return workOutcome(name, status === SUCCEEDED, `${status} ${stdout.trim()}`);
  }
}
