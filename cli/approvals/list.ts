import { EXIT } from '../exit-code.ts';
import { ask, type HelperOptions, openHelper } from '../helper-connection.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { printGrant, printRequest } from './show-request.ts';

export type ListOptions = HelperOptions & { readonly json?: boolean };

/** Shows what waits for an answer, and the answers in force. */
export async function listApprovals(options: ListOptions, terminal: Terminal): Promise<number> {
  const client = await openHelper(options, terminal);
  if (client === null) return EXIT.cannot;
  const answer = await ask(client, 'approvals.list', {}, terminal);
  client.close();
  if (answer === null) return EXIT.cannot;
  if (options.json) {
    terminal.print(JSON.stringify(answer));
    return EXIT.ok;
  }
  const { approvals, grants } = answer;
  if (approvals.length === 0) terminal.print('Nothing waits for an answer.');
  for (const request of approvals) printRequest(request, terminal);
  if (grants.length > 0) terminal.print(terminal.paint.strong('Allowed until it is revoked or over:'));
  for (const grant of grants) printGrant(grant, terminal);
  return EXIT.ok;
}
