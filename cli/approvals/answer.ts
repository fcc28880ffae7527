import type { HelperClient } from '../../client/index.ts';
import type { ApprovalOption } from '../../core/protocol/approval.ts';
import { EXIT } from '../exit-code.ts';
import { complainOfCall, type HelperOptions, openHelper } from '../helper-connection.ts';
import { complainOf, type Terminal } from '../terminal/terminal.ts';
import { withPasswordPrompt } from './password-prompt.ts';

/** What `--for` takes. */
export const SCOPES = ['once', 'process', 'session', '15m', 'rule'] as const;
export type Scope = (typeof SCOPES)[number];

const OPTION_OF: Readonly<Record<Scope, ApprovalOption>> = {
  once: 'allow-once',
  process: 'allow-process',
  session: 'allow-session',
  '15m': 'allow-15-minutes',
  rule: 'allow-rule',
};

export async function allow(id: number, scope: Scope, options: HelperOptions, terminal: Terminal): Promise<number> {
  return withPasswordPrompt(() => decide(id, OPTION_OF[scope], options, terminal));
}

export function deny(id: number, options: HelperOptions, terminal: Terminal): Promise<number> {
  return decide(id, 'deny', options, terminal);
}

async function decide(id: number, option: ApprovalOption, options: HelperOptions, terminal: Terminal): Promise<number> {
  const client = await openHelper(options, terminal);
  if (client === null) return EXIT.cannot;
  const answer = await client.call('approvals.decide', { id, option });
  client.close();
  if (!answer.ok) {
    complainOfCall(terminal, answer.error);
    return EXIT.no;
  }
  const { outcome, grant } = answer.value;
  terminal.print(`Question ${id}: ${outcome}.`);
  if (grant) terminal.print(`Take it back with: ringfence approvals revoke ${grant.id}`);
  return EXIT.ok;
}

/** Takes back one grant, or with null all that the caller may see. */
export async function revoke(id: number | null, options: HelperOptions, terminal: Terminal): Promise<number> {
  const client = await openHelper(options, terminal);
  if (client === null) return EXIT.cannot;
  const ids = id === null ? client.snapshot.grants.map((grant) => grant.id as number) : [id];
  const results = [];
  for (const each of ids) results.push(await revokeOne(client, each, terminal));
  client.close();
  if (ids.length === 0) terminal.print('There is no grant in force.');
  return results.every(Boolean) ? EXIT.ok : EXIT.no;
}

async function revokeOne(client: HelperClient, id: number, terminal: Terminal): Promise<boolean> {
  if (!Number.isSafeInteger(id)) {
    complainOf(terminal, `${id} is no number of a grant`);
    return false;
  }
  const answer = await client.call('approvals.revoke', { grant: id });
  if (answer.ok) terminal.print(`Grant ${id} is revoked. What was done under it stays done.`);
  else complainOfCall(terminal, answer.error);
  return answer.ok;
}
