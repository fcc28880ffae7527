import type { CallError, HelperClient } from '../../client/index.ts';
import type { DesktopError } from '../../core/protocol/desktop.ts';
import type { MethodName, MethodResult, ParamsInput } from '../../core/protocol/methods.ts';
import { failure, type Result } from '../../core/result.ts';

/** A call to the helper, its errors in the windows' words. */
export async function askHelper<M extends MethodName>(
  client: HelperClient | null,
  method: M,
  params: ParamsInput<M>,
): Promise<Result<MethodResult<M>, DesktopError>> {
  if (client === null) {
    const remedy = 'It is looked for all the time; the status screen says what is missing.';
    return failure({ code: 'no-helper', message: 'there is no helper to ask', remedy });
  }
  const answer = await client.call(method, params);
  return answer.ok ? answer : failure(inWords(answer.error));
}

function inWords({ code, message, remedy }: CallError): DesktopError {
  return { code, message, ...(remedy === undefined ? {} : { remedy }) };
}
