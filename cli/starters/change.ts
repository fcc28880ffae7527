import type { MethodName, MethodResult } from '../../core/protocol/methods.ts';
import { starterId } from '../../core/protocol/starters.ts';
import { withPasswordPrompt } from '../approvals/password-prompt.ts';
import { EXIT } from '../exit-code.ts';
import { complainOfCall, openHelper } from '../helper-connection.ts';
import { complainOf, type Terminal } from '../terminal/terminal.ts';
import { visible } from '../terminal/visible.ts';
import type { StarterOptions } from './list.ts';

type ChangeMethod = Extract<MethodName, 'starters.install' | 'starters.remove'>;

/** Has this machine sign a starter, so that its agent runs under it without `--manifest`. */
export function installStarter(id: string, options: StarterOptions, terminal: Terminal): Promise<number> {
  return change('starters.install', id, options, terminal, ({ path, version }) => [
    `Installed ${id} ${visible(version)}, signed by this machine: ${visible(path)}`,
    'It holds from the next start of the agent.',
  ]);
}

export function removeStarter(id: string, options: StarterOptions, terminal: Terminal): Promise<number> {
  return change('starters.remove', id, options, terminal, ({ path }) => [`Removed ${visible(path)}.`]);
}

async function change<M extends ChangeMethod>(
  method: M,
  id: string,
  options: StarterOptions,
  terminal: Terminal,
  done: (result: MethodResult<M>) => string[],
): Promise<number> {
  if (!starterId.safeParse(id).success) {
    complainOf(terminal, `${visible(id)} is no name of a starter`, 'See: ringfence starters list');
    return EXIT.cannot;
  }
  return withPasswordPrompt(async () => {
    const client = await openHelper(options, terminal);
    if (client === null) return EXIT.cannot;
    const answer = await client.call<ChangeMethod>(method, { id });
    client.close();
    if (!answer.ok) {
      complainOfCall(terminal, answer.error);
      return EXIT.no;
    }
    const result = answer.value as MethodResult<M>;
    if (options.json === true) terminal.print(JSON.stringify(result));
    else for (const line of done(result)) terminal.print(line);
    return EXIT.ok;
  });
}
