import type { Inbox, InboxEntry } from '../../core/protocol/everyone.ts';
import { EXIT } from '../exit-code.ts';
import { ask, openHelper } from '../helper-connection.ts';
import { table } from '../terminal/table.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { moment } from '../terminal/time.ts';
import { visible, visibleCommand } from '../terminal/visible.ts';
import type { EveryoneOptions } from './options.ts';

/** As much of an id as tells entries apart, and as `dismiss` takes. */
export const SHORT_ID = 8;

/** Which of the caller's programs were stopped, or would have been. */
export async function showInbox(options: EveryoneOptions, terminal: Terminal): Promise<number> {
  const client = await openHelper(options, terminal);
  if (client === null) return EXIT.cannot;
  const inbox = await ask(client, 'everyone.inbox', {}, terminal);
  client.close();
  if (inbox === null) return EXIT.cannot;
  if (options.json === true) terminal.print(JSON.stringify(inbox));
  else printInbox(inbox, terminal);
  return EXIT.ok;
}

function printInbox({ entries, more }: Inbox, { print, paint }: Terminal): void {
  if (entries.length === 0 && more === 0) {
    print('Nothing waits in your inbox.');
    return;
  }
  const [head = '', ...lines] = table(['ID', 'LAST', 'WHAT', 'TIMES', 'LOCATION', 'PROGRAM'], entries.map(rowOf));
  print(paint.strong(head));
  entries.forEach((entry, index) => {
    const line = lines[index] ?? '';
    print(entry.verdict === 'audit' ? paint.warn(line) : line);
  });
  if (more > 0) print(`and ${more} more, which are in the evidence log alone: ringfence audit`);
  const acceptable = entries.find(({ obstacle }) => obstacle === undefined);
  const obstacles = new Set(entries.flatMap(({ obstacle }) => obstacle ?? []));
  if (obstacles.size > 0) print('');
  for (const obstacle of obstacles) print(paint.faint(`Cannot be accepted: ${visible(obstacle)}`));
  print('');
  print(
    'Nothing here is let in before you say so. What you do not know: leave it, or take it out with: ringfence everyone dismiss ID',
  );
  if (acceptable) print(`What you do know, let in, for instance: ${acceptCommand(acceptable)}`);
}

function rowOf({ id, lastAt, verdict, operations, count, location, program, script, learnt }: InboxEntry): string[] {
  const done = `${verdict === 'block' ? 'stopped' : 'let through'}: ${operations.join(', ')}`;
  const what = learnt && verdict === 'audit' ? `${done} (while learning)` : done;
  const who = script === undefined ? visible(program) : `${visible(script)} (a script of ${visible(program)})`;
  return [id.slice(0, SHORT_ID), moment(lastAt), what, String(count), location, who];
}

function acceptCommand({ program, script, location }: InboxEntry): string {
  return visibleCommand(['sudo', 'ringfence', 'everyone', 'accept', script ?? program, '--location', location]);
}
