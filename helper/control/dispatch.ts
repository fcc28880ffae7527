import { z } from 'zod';
import { type ProtocolError, protocolError } from '../../core/protocol/errors.ts';
import { isMethod, METHODS, type MethodName, type MethodResult, type Params } from '../../core/protocol/methods.ts';
import { failure, type Result, success } from '../../core/result.ts';
import type { Report } from './incident.ts';
import { isRoot, type Peer } from './peer.ts';
import type { ConnectionMethod, Handler, Services } from './services.ts';

/** The handlers of every method: those of the services and the connection's own two. */
export type Handlers = Services['methods'] & { readonly [M in ConnectionMethod]: Handler<M> };

const MAX_COMPLAINT = 1000;

/** Whether the method exists and the peer may call it. */
export function authorize(name: string, peer: Peer): Result<MethodName, ProtocolError> {
  if (!isMethod(name)) return failure(protocolError('unknown-method', `there is no method ${JSON.stringify(name)}`));
  if (METHODS[name].access === 'root' && !isRoot(peer)) {
    return failure(protocolError('not-permitted', `${name} is for root`, { remedy: 'Run the command with sudo.' }));
  }
  return success(name);
}

/** Calls a method: parameters checked, handler run, result checked and narrowed to what belongs to the peer. */
export async function dispatch<M extends MethodName>(
  name: M,
  params: unknown,
  peer: Peer,
  handlers: Handlers,
  report: Report,
): Promise<Result<MethodResult<M>, ProtocolError>> {
  const parsed = METHODS[name].params.safeParse(params ?? {});
  if (!parsed.success) return failure(protocolError('invalid-params', complaint(name, parsed.error)));
  const handler = handlers[name] as unknown as Handler<M>;
  const answer = await run(() => handler(parsed.data as Params<M>, peer), name, peer, report);
  if (!answer.ok) return answer;
  const result = METHODS[name].result.safeParse(answer.value);
  if (!result.success) {
    report({ kind: 'invalid-result', detail: complaint(name, result.error), peer });
    return failure(internal(name));
  }
  return narrow(name, result.data as MethodResult<M>, peer);
}

function complaint(name: string, error: z.ZodError): string {
  return `${name}: ${z.prettifyError(error)}`.slice(0, MAX_COMPLAINT);
}

function internal(name: string): ProtocolError {
  return protocolError('internal-error', `the helper failed in ${name}`, { remedy: 'See the log of the helper.' });
}

async function run<T>(
  call: () => Promise<Result<T, ProtocolError>>,
  name: string,
  peer: Peer,
  report: Report,
): Promise<Result<T, ProtocolError>> {
  try {
    return await call();
  } catch (error) {
    report({ kind: 'handler-failed', detail: `${name}: ${error instanceof Error ? error.stack : error}`, peer });
    return failure(internal(name));
  }
}

function narrow<M extends MethodName>(
  name: M,
  result: MethodResult<M>,
  peer: Peer,
): Result<MethodResult<M>, ProtocolError> {
  const method = METHODS[name];
  if (method.access !== 'own' || isRoot(peer)) return success(result);
  const own = (method.narrow as (result: MethodResult<M>, owner: Peer['uid']) => MethodResult<M> | undefined)(
    result,
    peer.uid,
  );
  return own === undefined ? failure(protocolError('not-found', 'there is no such thing')) : success(own);
}
