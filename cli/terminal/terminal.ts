import { type Paint, paintFor } from './paint.ts';

/** Where a command writes, and whom it asks. Tests give their own. */
export type Terminal = {
  /** A line of the answer. */
  readonly print: (line: string) => void;
  /** A line about the answer: errors, warnings. */
  readonly complain: (line: string) => void;
  readonly paint: Paint;
  readonly paintComplaint: Paint;
  readonly now: () => number;
};

export function realTerminal(): Terminal {
  // The reader of a pipe that has seen enough (`ringfence audit | head`) is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 2));
  return {
    print: (line) => void process.stdout.write(`${line}\n`),
    complain: (line) => void process.stderr.write(`${line}\n`),
    paint: paintFor(process.stdout.isTTY === true, process.env),
    paintComplaint: paintFor(process.stderr.isTTY === true, process.env),
    now: () => Date.now(),
  };
}

/** An error with its remedy, as every command shows it. */
export function complainOf(terminal: Terminal, message: string, remedy?: string): void {
  terminal.complain(`${terminal.paintComplaint.bad('ringfence:')} ${message}`);
  if (remedy !== undefined && remedy !== '') terminal.complain(`    ${remedy}`);
}
