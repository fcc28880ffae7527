import { EXIT } from '../exit-code.ts';
import { ask, type HelperOptions, openHelper } from '../helper-connection.ts';
import { table } from '../terminal/table.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { visible } from '../terminal/visible.ts';

export type StarterOptions = HelperOptions & { readonly json?: boolean };

/** Which starters there are, for which command, and which are installed. */
export async function listStarters(options: StarterOptions, terminal: Terminal): Promise<number> {
  const client = await openHelper(options, terminal);
  if (client === null) return EXIT.cannot;
  const answer = await ask(client, 'starters.list', {}, terminal);
  client.close();
  if (answer === null) return EXIT.cannot;
  if (options.json === true) {
    terminal.print(JSON.stringify(answer));
    return EXIT.ok;
  }
  const rows = answer.starters.map(({ id, agents, version, installed }) => [
    id,
    visible(agents.join(', ') || '-'),
    visible(version),
    installed === null ? 'no' : installed.version === version ? 'yes' : visible(`version ${installed.version}`),
  ]);
  for (const line of table(['STARTER', 'FOR', 'VERSION', 'INSTALLED'], rows)) terminal.print(line);
  return EXIT.ok;
}
