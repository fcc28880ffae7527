/** `ringfence run` as the job of interactive shells: a hold is not seen, the usual keys do what they do. */
import { join } from 'node:path';
import { sleep } from '../installed.ts';
import type { Tally } from '../tally.ts';
import { freshDocuments, GREY, manifestOfGrey, RINGFENCE } from './grey.ts';
import { Person } from './person.ts';
import { ShellTerminal } from './terminal.ts';

const SHELLS = ['bash --norc --noprofile -i', 'dash -i', 'zsh -f -i', 'fish --no-config -i'];
const CTRL_C = '\u0003';
const CTRL_Z = '\u001a';
/** A hold that lasts long enough for a shell to notice it. */
const THINKS_MS = 1500;
const STOPPED = /stopped|suspended/i;

export async function shells({
  tally,
  only,
}: {
  readonly tally: Tally;
  readonly only: readonly string[] | null;
}): Promise<void> {
  freshDocuments();
  const manifest = manifestOfGrey();
  const person = await Person.arrive();
  const chosen = SHELLS.filter((command) => only === null || only.some((name) => command.startsWith(name)));
  for (const command of chosen) await inShell(command, manifest, person, tally);
  person.leave();
}

async function inShell(command: string, manifest: string, person: Person, tally: Tally): Promise<void> {
  const [name = ''] = command.split(' ');
  const check = (what: string, ok: boolean, detail = '') => tally.check(`${name}: ${what}`, ok, detail);
  const terminal = new ShellTerminal(command);
  const run = (script: string) => terminal.line(`${RINGFENCE} run --manifest ${manifest} -- /bin/sh -c '${script}'`);
  /** The shell answers: its arithmetic is not an echo of what was typed. */
  const usable = async (): Promise<boolean> => {
    const from = terminal.mark();
    terminal.line(name === 'fish' ? 'echo usable-(math 40 + 2)' : 'echo usable-$((40+2))');
    return terminal.shows(/usable-42/, from, 20_000);
  };
  check('the terminal is usable', await usable(), terminal.screen);

  let from = terminal.mark();
  let held = person.heldSoFar;
  run(`cat ${join(GREY, 'document')}; echo; echo went-o""n`);
  let question = await person.nextHeld(held);
  await sleep(THINKS_MS);
  check('held: nothing is to be seen of it', !STOPPED.test(terminal.screen.slice(from)), terminal.screen.slice(from));
  if (question) await person.decide(question, 'allow-once');
  check('allowed: it goes on', await terminal.shows(/grey-content\s+went-on/, from), terminal.screen.slice(from));
  check('allowed: never called stopped', !STOPPED.test(terminal.screen.slice(from)), terminal.screen.slice(from));
  check('allowed: the terminal is usable', await usable());

  from = terminal.mark();
  held = person.heldSoFar;
  run(`cat ${join(GREY, 'document')}; echo went-o""n`);
  question = await person.nextHeld(held);
  await sleep(THINKS_MS);
  terminal.keys(CTRL_C);
  check('Ctrl-C: the terminal is usable', await usable(), terminal.screen.slice(from));
  const text = terminal.screen.slice(from);
  check('Ctrl-C: nothing was read', question !== null && !text.includes('grey-content'), text);
  const ending = person.ended.find(({ id }) => id === question?.id)?.outcome;
  check('Ctrl-C: the question is over', ending === 'interrupted' || ending === 'withdrawn', ending);

  from = terminal.mark();
  held = person.heldSoFar;
  run(`cat ${join(GREY, 'document')}; echo; echo went-o""n`);
  question = await person.nextHeld(held);
  await sleep(THINKS_MS);
  terminal.keys(CTRL_Z);
  check('Ctrl-Z: the shell has it stopped', await terminal.shows(STOPPED, from, 20_000), terminal.screen.slice(from));
  check('Ctrl-Z: the terminal is usable', await usable());
  if (question) await person.decide(question, 'allow-once');
  await sleep(THINKS_MS);
  check('Ctrl-Z: an answer does not wake it', !terminal.screen.slice(from).includes('grey-content'));
  const back = terminal.mark();
  terminal.line('fg');
  check('fg: it goes on', await terminal.shows(/grey-content\s+went-on/, back), terminal.screen.slice(from));
  check('fg: the terminal is usable', await usable());
  await terminal.end();
}
