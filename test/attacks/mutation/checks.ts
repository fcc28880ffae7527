/** A suite of checks that serves as work to be done: it fails when any of them does. */
import { Tally } from '../../kernel/tally.ts';
import { type Outcome, workOutcome } from './witness.ts';

const MOST_TOLD = 3;

/** Notes the checks that fail, and prints nothing. */
class Notes extends Tally {
  readonly failures: string[] = [];

  override check(name: string, ok: boolean, detail = ''): void {
    if (!ok) this.failures.push(detail === '' ? name : `${name}: ${detail.slice(0, 200)}`);
  }
}

export async function checksOutcome(name: string, run: (tally: Tally) => Promise<void> | void): Promise<Outcome> {
  const notes = new Notes();
  try {
    await run(notes);
  } catch (error) {
    notes.check('it came to its end', false, (error as Error).message);
  }
  const { failures } = notes;
  return workOutcome(name, failures.length === 0, failures.slice(0, MOST_TOLD).join('; '));
}
