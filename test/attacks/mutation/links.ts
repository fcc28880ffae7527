/**
 * Takes single programs out of the kernel side in force, and puts them back. Root outside of every session does it, by the pins that hold
 * them: the product has no switch for it.
 */
import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, readdirSync, readlinkSync, renameSync, unlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { kernel } from '../../../native/kernel/index.ts';

function isLink(descriptor: string): boolean {
  try {
    return /^anon_inode:\[?bpf[-_]link/.test(readlinkSync(descriptor));
  } catch {
    return false; // the one that the folder itself was read by
  }
}

/** Whoever loads the programs may keep links open, which then go with no pin. This process lets go of its own. */
export function closeOwnLinks(): void {
  for (const fd of readdirSync('/proc/self/fd')) {
    if (isLink(`/proc/self/fd/${fd}`)) closeSync(Number(fd));
  }
}

/** It is attached to a control group, which links.c cannot: the product's own way does. */
const OF_PACKETS = 'rf_names_answers';
const OF_PACKETS_FAMILY = 'rf_names_';
const LET_GO_SECONDS = '2';

export interface Taken {
  readonly program: string;
  /** What is only called has no link; what is attached on demand has one since it was first needed. */
  readonly wasAttached: boolean;
}

export class Links {
  readonly #pins: string;
  readonly #program: string;
  readonly #aside: string;

  /** `program`: the compiled links.c. */
  constructor(pins: string, program: string) {
    this.#pins = pins;
    this.#program = program;
    this.#aside = join(dirname(pins), `${basename(pins)}-aside`);
  }

  /** Every program that is loaded. */
  programs(): string[] {
    return readdirSync(join(this.#pins, 'programs')).sort();
  }

  isAttached(program: string): boolean {
    return existsSync(this.#link(program));
  }

  /** Its pin goes aside as well: nobody attaches on demand what is not there. */
  takeOut(program: string): Taken {
    const wasAttached = this.isAttached(program);
    mkdirSync(this.#aside, { recursive: true });
    renameSync(this.#pin(program), join(this.#aside, program));
    if (wasAttached) this.#detach(program);
    return { program, wasAttached };
  }

  putBack({ program, wasAttached }: Taken): void {
    renameSync(join(this.#aside, program), this.#pin(program));
    if (!wasAttached) return;
    if (program === OF_PACKETS) kernel.attachOnDemand(this.#pins, OF_PACKETS_FAMILY);
    else execFileSync(this.#program, ['in', this.#pin(program), this.#link(program)]);
  }

  #detach(program: string): void {
    if (program !== OF_PACKETS) {
      execFileSync(this.#program, ['out', join(this.#aside, program), this.#link(program)]);
      return;
    }
    unlinkSync(this.#link(program));
    execFileSync('sleep', [LET_GO_SECONDS]);
  }

  #pin(program: string): string {
    return join(this.#pins, 'programs', program);
  }

  #link(program: string): string {
    return join(this.#pins, 'links', program);
  }
}
