import { PLACED_LOCATIONS } from '../../core/policy/catalogue.ts';
import { ANSWER_MEANS, STAGE_MEANS } from '../../core/policy/everyone-words.ts';
import { type EveryoneState, everyoneInWords } from '../../core/protocol/everyone.ts';
import { EXIT } from '../exit-code.ts';
import { ask, openHelper } from '../helper-connection.ts';
import { table } from '../terminal/table.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { moment } from '../terminal/time.ts';
import { visible } from '../terminal/visible.ts';
import type { EveryoneOptions } from './options.ts';

/** What everyone else is held to, and what waits for the caller. */
export async function show(options: EveryoneOptions, terminal: Terminal): Promise<number> {
  const client = await openHelper(options, terminal);
  if (client === null) return EXIT.cannot;
  const state = await ask(client, 'everyone.get', {}, terminal);
  const inbox = state === null ? null : await ask(client, 'everyone.inbox', {}, terminal);
  client.close();
  if (state === null || inbox === null) return EXIT.cannot;
  printState(state, options, terminal);
  const waiting = inbox.entries.length + inbox.more;
  if (options.json === true || waiting === 0) return EXIT.ok;
  terminal.print('');
  terminal.print(
    `${waiting === 1 ? '1 program waits' : `${waiting} programs wait`} in your inbox: ringfence everyone inbox`,
  );
  return EXIT.ok;
}

export function printState(state: EveryoneState, { json }: EveryoneOptions, terminal: Terminal): void {
  const { print, paint } = terminal;
  if (json === true) {
    print(JSON.stringify(state));
    return;
  }
  const { grade, words } = everyoneInWords(state);
  print(`Everyone else: ${{ held: paint.good, weak: paint.warn, 'not-held': paint.bad }[grade](visible(words))}`);
  if (grade !== 'not-held') print(paint.faint(`    ${STAGE_MEANS[state.stage]}`));
  printOverrides(state, terminal);
  printAccepted(state, terminal);
}

function printOverrides({ overrides }: EveryoneState, { print, paint }: Terminal): void {
  if (overrides.length === 0) return;
  print('');
  const rows = overrides.map(({ location, others }) => {
    const before = PLACED_LOCATIONS.find(({ name }) => name === location)?.others ?? '-';
    return [location, others, before, ANSWER_MEANS[others]];
  });
  const [head = '', ...lines] = table(
    ['LOCATION', 'ANSWER', 'INSTEAD OF', 'FOR PROGRAMS NEITHER TRUSTED NOR ACCEPTED'],
    rows,
  );
  print(paint.strong(head));
  lines.forEach((line, index) => {
    const others = overrides[index]?.others;
    print(others === 'allow' || others === 'audit' ? paint.warn(line) : line);
  });
}

function printAccepted({ accepted }: EveryoneState, { print, paint }: Terminal): void {
  if (accepted.length === 0) return;
  print('');
  const rows = accepted.map(({ program, location, since, by }) => [
    ...[visible(program), location === '*' ? 'every location' : location, moment(since), String(by)],
  ]);
  const [head = '', ...lines] = table(['ACCEPTED', 'AT', 'SINCE', 'BY UID'], rows);
  print(paint.strong(head));
  for (const line of lines) print(line);
}
