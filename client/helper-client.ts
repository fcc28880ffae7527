import type { ProtocolError } from '../core/protocol/errors.ts';
import type { HelperEvent } from '../core/protocol/events.ts';
import type { MethodName, MethodResult, ParamsInput, Snapshot } from '../core/protocol/methods.ts';
import type { EventSequence } from '../core/protocol/scalars.ts';
import type { Result } from '../core/result.ts';
import type { ConnectError } from './connect-error.ts';

/** Why a call failed: the helper said no, or there is no helper any more. */
export type CallError = ProtocolError | ConnectError;

/** An event and its place on the connection. */
export type SequencedEvent = HelperEvent & { readonly sequence: EventSequence };

/** A greeted connection. */
export type HelperClient = {
  /** The state when the connection was made; events tell what has changed since. */
  readonly snapshot: Snapshot;
  call<M extends MethodName>(method: M, params: ParamsInput<M>): Promise<Result<MethodResult<M>, CallError>>;
  /** Calls `hear` with every event from now on, those that have waited included; the answer ends it. */
  onEvent(hear: (happened: SequencedEvent) => void): () => void;
  /** Resolves when the connection has ended, with the reason; `null` after `close`. */
  readonly ended: Promise<ConnectError | null>;
  close(): void;
};
