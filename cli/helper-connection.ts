import { type CallError, connect, type HelperClient } from '../client/index.ts';
import type { MethodName, MethodResult, ParamsInput } from '../core/protocol/methods.ts';
import { complainOf, type Terminal } from './terminal/terminal.ts';
import { visible } from './terminal/visible.ts';
import { VERSION } from './version.ts';

/** Which helper is asked. */
export type HelperOptions = { readonly socket: string };

/** Connects, or complains and gives null. */
export async function openHelper(options: HelperOptions, terminal: Terminal): Promise<HelperClient | null> {
  const connected = await connect({ socketPath: options.socket, client: { name: 'ringfence', version: VERSION } });
  if (connected.ok) return connected.value;
  complainOf(terminal, connected.error.message, connected.error.remedy);
  return null;
}

/** Calls, or complains and gives null. */
export async function ask<M extends MethodName>(
  client: HelperClient,
  method: M,
  params: ParamsInput<M>,
  terminal: Terminal,
): Promise<MethodResult<M> | null> {
  const answer = await client.call(method, params);
  if (answer.ok) return answer.value;
  complainOfCall(terminal, answer.error);
  return null;
}

/** A call's error with everything it says, one reason after the other. */
export function complainOfCall(terminal: Terminal, error: CallError, file = 'the manifest'): void {
  complainOf(terminal, visible(error.message), 'refusals' in error ? undefined : error.remedy);
  const refusals = 'refusals' in error ? (error.refusals ?? []) : [];
  for (const { code, message, remedy, line, column, pointer, paths } of refusals) {
    const place = line === undefined ? '' : `:${line}:${column ?? 1}`;
    const where = pointer === undefined || pointer === '' ? '' : ` (${visible(pointer)})`;
    terminal.complain(`  ${file}${place}: ${code}: ${visible(message)}${where}`);
    for (const path of paths ?? []) terminal.complain(`      ${visible(path)}`);
    if (remedy !== undefined) terminal.complain(`    ${visible(remedy)}`);
  }
  if (refusals.length > 0 && error.remedy !== undefined) terminal.complain(`    ${error.remedy}`);
}
