import type { Element } from '../pattern/pattern.ts';
import { byteSequences, NAME_BYTES } from './byte-ranges.ts';

type Transition = { low: number; high: number; to: number };

/** Thompson construction over bytes, for all wildcard components of a policy together. */
export class ByteNfa {
  readonly epsilons: number[][] = [];
  readonly transitions: Transition[][] = [];

  /** Adds one wildcard component. */
  add(elements: readonly Element[]): { start: number; end: number } {
    const start = this.node();
    return { start, end: this.sequence(elements, start) };
  }

  private node(): number {
    this.transitions.push([]);
    return this.epsilons.push([]) - 1;
  }

  private sequence(elements: readonly Element[], from: number): number {
    return elements.reduce((at, element) => this.element(element, at), from);
  }

  private element(element: Element, from: number): number {
    switch (element.kind) {
      case 'bytes':
        return this.ranges(
          Array.from(element.bytes, (byte) => ({ low: byte, high: byte })),
          from,
          null,
        );
      case 'run': {
        const loop = this.node();
        this.epsilons[from]?.push(loop);
        for (const range of NAME_BYTES) this.transitions[loop]?.push({ ...range, to: loop });
        return loop;
      }
      case 'characters': {
        const end = this.node();
        for (const sequence of byteSequences(element.negated, element.ranges)) this.ranges(sequence, from, end);
        return end;
      }
      case 'choice': {
        const end = this.node();
        for (const alternative of element.alternatives) {
          const start = this.node();
          this.epsilons[from]?.push(start);
          this.epsilons[this.sequence(alternative, start)]?.push(end);
        }
        return end;
      }
    }
  }

  private ranges(sequence: readonly { low: number; high: number }[], from: number, end: number | null): number {
    let at = from;
    sequence.forEach((range, i) => {
      const to = end !== null && i === sequence.length - 1 ? end : this.node();
      this.transitions[at]?.push({ ...range, to });
      at = to;
    });
    return at;
  }
}
