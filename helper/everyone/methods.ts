/** What the control socket offers of the guard for everyone else. */
import { protocolError } from '../../core/protocol/errors.ts';
import { failure, type Result, success } from '../../core/result.ts';
import type { Services } from '../control/services.ts';
import type { Everyone } from './everyone.ts';

type Name = Extract<keyof Services['methods'], `everyone.${string}`>;

export function everyoneMethods(everyone: Everyone | null): Pick<Services['methods'], Name> {
  return {
    'everyone.get': async () => (everyone ? success(everyone.state()) : holdsNobody()),
    'everyone.setStage': async (params, peer) => everyone?.setStage(params, peer) ?? holdsNobody(),
    'everyone.override': async (params, peer) => everyone?.override(params, peer) ?? holdsNobody(),
    'everyone.accept': async (params, peer) => everyone?.accept(params, peer) ?? holdsNobody(),
    'everyone.revoke': async (params, peer) => everyone?.revoke(params, peer) ?? holdsNobody(),
    'everyone.inbox': async (_params, peer) => (everyone ? success(everyone.inbox(peer)) : holdsNobody()),
    'everyone.dismiss': async (params, peer) => everyone?.dismiss(params, peer) ?? holdsNobody(),
  };
}

function holdsNobody(): Result<never, ReturnType<typeof protocolError>> {
  const remedy = 'Run `ringfence doctor` for what is missing.';
  return failure(protocolError('not-enforcing', 'programs that are no agents are held to nothing here', { remedy }));
}
