import type { DecisionEvent } from './kernel-event.ts';

type Name = { readonly pid: number; readonly startNs: bigint };
type Process = Name & { readonly origin: Name | null; readonly executable: string | null };
/** The first process of a session. When it started may not be known before its first event. */
type Root = { readonly pid: number; readonly startNs?: bigint; readonly executable: string | null };

/** The asking process first. `executable` null: what it runs is not known. */
export type Chain = { readonly pid: number; readonly executable: string | null }[];

const MAX_CHAIN = 32;
/** As many as the kernel labels at once. */
const MAX_PROCESSES = 16_384;

/**
 * Who started whom within a session. A process is known by what it did; the kernel names the one that it comes from, whether or not
 * those between have ended, were handed over to another parent, or did nothing but fork. The first is never forgotten.
 */
export class ProcessTree {
  private root: Root | null = null;
  /** Without the first. What was of use last comes last. */
  private readonly processes = new Map<string, Process>();

  /** Whoever is told of first stays the first. */
  begin(root: Root): void {
    this.root ??= root;
  }

  /**
   * The asking process and those above it that run programs of their own. At most 32: of a longer chain the nearest and the first. After
   * one that nothing is known of comes the first.
   */
  chain(event: DecisionEvent): Chain {
    return this.above(this.find(event) ?? this.meet(event));
  }

  /** The same of a process that is known; else nothing. */
  known(name: Name): Chain {
    const process = this.find(name);
    return process ? this.above(process) : [];
  }

  executed({ pid, startNs, origin }: DecisionEvent, executable: string): void {
    if (this.root && this.isRoot({ pid, startNs })) this.root = { ...this.root, executable };
    else this.keep({ pid, startNs, origin, executable });
  }

  private meet({ pid, startNs, origin, hasOwnProgram }: DecisionEvent): Process {
    const inherited = hasOwnProgram || origin === null ? null : (this.find(origin)?.executable ?? null);
    const process = { pid, startNs, origin, executable: inherited };
    this.keep(process);
    return process;
  }

  private above(asking: Process): Chain {
    const line = [asking];
    let next = this.find(asking.origin);
    for (; next && line.length < MAX_CHAIN - 1; next = this.find(next.origin)) line.push(next);
    // from the first down: none is forgotten before those that it has started
    for (const process of line.toReversed()) if (this.processes.has(keyOf(process))) this.keep(process);
    const chain: Chain = line.map(({ pid, executable }) => ({ pid, executable }));
    const { origin } = line.at(-1)!;
    if (origin === null) return chain;
    if (!next) chain.push({ pid: origin.pid, executable: null });
    if (this.root) chain.push({ pid: this.root.pid, executable: this.root.executable });
    return chain;
  }

  private find(name: Name | null): Process | null {
    if (name === null) return null;
    const { pid, startNs } = name;
    if (this.root && this.isRoot(name)) return { pid, startNs, origin: null, executable: this.root.executable };
    return this.processes.get(keyOf(name)) ?? null;
  }

  private isRoot({ pid, startNs }: Name): boolean {
    if (this.root?.pid !== pid) return false;
    // nobody else of the session can have had its number before its own first event
    if (this.root.startNs === undefined) this.root = { ...this.root, startNs };
    return this.root.startNs === startNs;
  }

  private keep(process: Process): void {
    const key = keyOf(process);
    this.processes.delete(key);
    this.processes.set(key, process);
    if (this.processes.size > MAX_PROCESSES) this.processes.delete(this.processes.keys().next().value!);
  }
}

const keyOf = ({ pid, startNs }: Name): string => `${pid} ${startNs}`;
