import type { Answering, ApprovalRequest, Grant } from '../../core/protocol/approval.ts';
import type { Enforcement } from '../../core/protocol/enforcement.ts';
import type { ProtocolError } from '../../core/protocol/errors.ts';
import type { HelperEvent } from '../../core/protocol/events.ts';
import type { EveryoneState } from '../../core/protocol/everyone.ts';
import type { MethodName, MethodResult, Params } from '../../core/protocol/methods.ts';
import type { ModeSettings } from '../../core/protocol/modes.ts';
import type { Session } from '../../core/protocol/session.ts';
import type { Result } from '../../core/result.ts';
import type { Peer } from './peer.ts';

/** Answered by the connection itself, from `snapshot`, `lastRecord` and `attend`. */
export type ConnectionMethod = 'hello' | 'audit.subscribe' | 'approvals.attend';
export type ServiceMethod = Exclude<MethodName, ConnectionMethod>;

export type Handler<M extends MethodName> = (
  params: Params<M>,
  peer: Peer,
) => Promise<Result<MethodResult<M>, ProtocolError>>;

/**
 * What stands behind the socket. Parameters arrive checked, results are checked again and narrowed to the caller before
 * they leave; a handler of an `own` method should itself look only for what the peer may see, so that pages are full.
 */
export type Services = {
  readonly helperVersion: string;
  readonly methods: { readonly [M in ServiceMethod]: Handler<M> };
  /** The state now, of every user. Synchronous: no event may fall between it and the first one sent. */
  snapshot(): {
    readonly enforcement: Enforcement;
    readonly sessions: readonly Session[];
    readonly approvals: readonly ApprovalRequest[];
    readonly grants: readonly Grant[];
    readonly modes: ModeSettings;
    readonly everyone?: EveryoneState | undefined;
  };
  /** Number of the newest record in the log, 0 for none. Synchronous for the same reason. */
  lastRecord(): number;
  /** What it takes this peer to allow something, as of now. */
  answering(peer: Peer): Answering;
  /** The peer can answer questions from now on; the answer ends that. */
  attend(peer: Peer): () => void;
  /** Calls `hear` with everything that happens from now on; the answer ends it. */
  listen(hear: (happened: HelperEvent) => void): () => void;
};
