import type { Socket } from 'node:net';
import {
  createMessageConnection,
  type MessageConnection,
  type NotificationMessage,
  ResponseError,
  type ResponseMessage,
} from 'vscode-jsonrpc/node';
import { type AuditFilter, matchesFilter } from '../../core/protocol/audit.ts';
import { type ProtocolError, protocolError, toWireError } from '../../core/protocol/errors.ts';
import { type Audience, audienceOf, type HelperEvent } from '../../core/protocol/events.ts';
import type { Snapshot } from '../../core/protocol/methods.ts';
import type { EventSequence } from '../../core/protocol/scalars.ts';
import { PROTOCOL_VERSION } from '../../core/protocol/version.ts';
import { failure, type Result, success } from '../../core/result.ts';
import { BoundedWriter } from './bounded-writer.ts';
import { authorize, dispatch, type Handlers } from './dispatch.ts';
import { GuardedReader } from './guarded-reader.ts';
import type { Incident, Report } from './incident.ts';
import type { ControlLimits } from './limits.ts';
import { isRoot, type Peer, releasePeer } from './peer.ts';
import type { RequestBudget } from './request-budget.ts';
import type { Services } from './services.ts';

/**
 * The life of a connection. `refused` answers the first call with its reason and ends. `greeting` has taken its
 * snapshot and keeps events back until the snapshot is on its way, so that nothing is missed and nothing comes early.
 */
type State =
  | { readonly name: 'refused'; readonly error: ProtocolError }
  | { readonly name: 'waiting'; readonly peer: Peer }
  | { readonly name: 'greeting'; readonly peer: Peer; readonly keptBack: HelperEvent[] }
  | { readonly name: 'live'; readonly peer: Peer }
  | { readonly name: 'closed' };

/** What a client has only so long for; each has its limit. */
type Deadline = 'hello' | 'refused' | 'message' | 'drain';

export type Connection = {
  /** Sends the event if it is for this peer. */
  deliver(happened: HelperEvent): void;
  close(): void;
};

export type ConnectionOptions = {
  readonly socket: Socket;
  readonly peer: Result<Peer, ProtocolError>;
  readonly services: Services;
  readonly limits: ControlLimits;
  readonly budget: RequestBudget;
  readonly report: Report;
};

/** Serves one client until it goes or is sent away. */
export function serveConnection(options: ConnectionOptions): Connection {
  return new ServedConnection(options);
}

class ServedConnection implements Connection {
  readonly #socket: Socket;
  readonly #limits: ControlLimits;
  readonly #services: Services;
  readonly #report: Report;
  readonly #budget: RequestBudget;
  readonly #peer: Peer | null;
  readonly #reader: GuardedReader;
  readonly #writer: BoundedWriter;
  readonly #rpc: MessageConnection;
  readonly #handlers: Handlers;
  readonly #inFlight = new Set<string>();
  readonly #timers = new Map<Deadline | 'budget', NodeJS.Timeout>();
  #state: State;
  #sequence = 0;
  #malformed = 0;
  #flooding = false;
  #subscription: AuditFilter | null = null;
  #leave: (() => void) | null = null;

  constructor({ socket, peer, services, limits, budget, report }: ConnectionOptions) {
    this.#socket = socket;
    this.#services = services;
    this.#limits = limits;
    this.#budget = budget;
    this.#report = report;
    this.#peer = peer.ok ? peer.value : null;
    this.#state = admission(peer);
    this.#handlers = {
      ...services.methods,
      hello: async (params) => this.#hello(params.protocol),
      'audit.subscribe': async (filter) => {
        this.#subscription = filter;
        return success({ lastSeq: services.lastRecord() });
      },
      'approvals.attend': async (_params, peer) => {
        // the connection may have gone while the call was on its way
        if (this.#state.name !== 'closed') this.#leave ??= services.attend(peer);
        return success({});
      },
    };
    this.#reader = new GuardedReader(socket, {
      mayTake: () => this.#mayTake(),
      admit: (request) => this.#admit(request.id),
      malformed: (error, id) => this.#refuseMessage(error, id),
      broken: (error) => this.#breakOff(error),
      unfinished: (waiting) => this.#expect('message', waiting, 'unfinished-message'),
    });
    this.#writer = new BoundedWriter(socket, (id) => this.#answered(id));
    this.#rpc = createMessageConnection(this.#reader, this.#writer);
    this.#start();
  }

  #start(): void {
    this.#rpc.onRequest((method, params) => this.#answer(method, params));
    this.#socket.on('drain', () => {
      this.#stop('drain');
      this.#reader.pump();
    });
    // The error itself says nothing that the close after it does not.
    this.#socket.on('error', () => this.close());
    this.#socket.on('close', () => this.close());
    if (this.#state.name === 'refused') {
      this.#tell('refused-peer', this.#state.error.message);
      this.#expect('refused', true, 'no-hello');
    } else this.#expect('hello', true, 'no-hello');
    this.#rpc.listen();
    this.#reader.pump();
  }

  async #answer(name: string, params: unknown): Promise<unknown> {
    const answer = await this.#call(name, params);
    if (answer.ok) return answer.value;
    const { code, message, data } = toWireError(answer.error);
    throw new ResponseError(code, message, data);
  }

  async #call(name: string, params: unknown): Promise<Result<unknown, ProtocolError>> {
    const state = this.#state;
    if (state.name === 'refused') return failure(state.error);
    if (state.name === 'closed') return failure(protocolError('unavailable', 'the connection is closed'));
    if ((state.name === 'waiting') !== (name === 'hello')) {
      const remedy = 'Call hello once, before anything else.';
      return failure(protocolError('hello-first', `${JSON.stringify(name)} is not expected here`, { remedy }));
    }
    const method = authorize(name, state.peer);
    if (!method.ok) {
      if (method.error.code === 'not-permitted') this.#tell('not-permitted', method.error.message);
      return method;
    }
    return dispatch(method.value, params, state.peer, this.#handlers, this.#report);
  }

  #hello(theirs: number): Result<Snapshot, ProtocolError> {
    if (this.#state.name !== 'waiting') return failure(protocolError('hello-first', 'hello has been said'));
    if (theirs !== PROTOCOL_VERSION) {
      const message = `the helper speaks version ${PROTOCOL_VERSION} of the protocol, the client version ${theirs}`;
      const remedy = 'Install the same version of both, then restart the helper.';
      return failure(protocolError('incompatible-version', message, { remedy }));
    }
    this.#stop('hello');
    const { peer } = this.#state;
    this.#state = { name: 'greeting', peer, keptBack: [] };
    const { enforcement, sessions, approvals, grants, modes, everyone } = this.#services.snapshot();
    const sequence = this.#sequence as EventSequence;
    const { helperVersion } = this.#services;
    const answering = this.#services.answering(peer);
    const told = { enforcement, sessions: [...sessions], approvals: [...approvals], grants: [...grants] };
    const state = { ...told, modes, ...(everyone ? { everyone } : {}), answering };
    return success({ protocol: PROTOCOL_VERSION, helperVersion, ...state, sequence });
  }

  #mayTake(): boolean {
    if (this.#state.name === 'closed') return false;
    if (this.#inFlight.size >= this.#limits.requestsInFlight) return false;
    if (this.#socket.writableNeedDrain || this.#timers.has('budget')) return false;
    return true;
  }

  #admit(id: string | number | null): ProtocolError | null {
    const key = String(id);
    if (this.#inFlight.has(key)) return protocolError('invalid-request', `id ${key} is already in use`);
    this.#inFlight.add(key);
    this.#spend();
    return null;
  }

  // A client over its budget is not refused: it is just not read from for a while.
  #spend(): void {
    const pause = this.#budget.spend();
    if (pause === 0) return;
    if (!this.#flooding) this.#tell('flood', 'more requests than the budget allows');
    this.#flooding = true;
    const resume = (): void => {
      this.#stop('budget');
      this.#reader.pump();
    };
    this.#timers.set('budget', setTimeout(resume, pause));
  }

  #answered(id: string | number | null): void {
    this.#inFlight.delete(String(id));
    const state = this.#state;
    if (state.name === 'refused') this.#end();
    if (state.name === 'greeting') {
      this.#state = { name: 'live', peer: state.peer };
      for (const happened of state.keptBack) this.deliver(happened);
    }
    if (this.#socket.writableNeedDrain) this.#expect('drain', true, 'slow-client');
    setImmediate(() => this.#reader.pump());
  }

  #refuseMessage(error: ProtocolError, id: string | number | null): void {
    this.#malformed += 1;
    if (this.#malformed > this.#limits.malformedMessages) {
      this.#tell('too-many-malformed', error.message);
      this.#breakOff(error);
    } else {
      this.#tell('malformed-message', error.message);
      this.#sendError(error, id);
    }
  }

  #breakOff(error: ProtocolError): void {
    if (error.code === 'message-too-large') this.#tell('message-too-large', error.message);
    else this.#tell('malformed-message', error.message);
    this.#sendError(error, null);
    this.#end();
  }

  // Not through the writer's `write`: nothing has been answered.
  #sendError(error: ProtocolError, id: string | number | null): void {
    const response: ResponseMessage = { jsonrpc: '2.0', id, error: toWireError(error) };
    this.#writer.send(response);
  }

  deliver(happened: HelperEvent): void {
    const state = this.#state;
    if (state.name !== 'live' && state.name !== 'greeting') return;
    if (!isFor(audienceOf(happened), state.peer) || !this.#wanted(happened)) return;
    if (state.name === 'greeting') state.keptBack.push(happened);
    else if (this.#writer.queuedBytes > this.#limits.queuedBytes) this.#sendAway('slow-client');
    else this.#send(happened);
  }

  #send(happened: HelperEvent): void {
    this.#sequence += 1;
    const notification: NotificationMessage = {
      jsonrpc: '2.0',
      method: happened.event,
      params: { sequence: this.#sequence, data: happened.data },
    };
    this.#writer.send(notification);
    if (this.#socket.writableNeedDrain) this.#expect('drain', true, 'slow-client');
  }

  #wanted(happened: HelperEvent): boolean {
    if (happened.event !== 'decision') return true;
    return this.#subscription !== null && matchesFilter(happened.data, this.#subscription);
  }

  #expect(what: Deadline, waiting: boolean, otherwise: Incident['kind']): void {
    if (!waiting) this.#stop(what);
    else if (!this.#timers.has(what) && this.#state.name !== 'closed') {
      const leave = (): void => this.#sendAway(otherwise);
      this.#timers.set(what, setTimeout(leave, this.#limits[`${what}Within`]));
    }
  }

  #stop(what: Deadline | 'budget'): void {
    clearTimeout(this.#timers.get(what));
    this.#timers.delete(what);
  }

  #tell(kind: Incident['kind'], detail: string): void {
    this.#report({ kind, detail, peer: this.#peer });
  }

  #sendAway(kind: Incident['kind']): void {
    this.#tell(kind, 'the connection was closed');
    this.close();
  }

  // Lets what is written go out, but waits for nobody.
  #end(): void {
    this.#socket.end();
    this.#socket.pause();
    this.#expect('drain', true, 'slow-client');
  }

  close(): void {
    if (this.#state.name === 'closed') return;
    this.#state = { name: 'closed' };
    this.#leave?.();
    for (const what of [...this.#timers.keys()]) this.#stop(what);
    this.#socket.destroy();
    this.#rpc.dispose();
    if (this.#peer !== null) releasePeer(this.#peer);
  }
}

function admission(peer: Result<Peer, ProtocolError>): State {
  if (!peer.ok) return { name: 'refused', error: peer.error };
  if (peer.value.session === null) return { name: 'waiting', peer: peer.value };
  const remedy = 'Ask from a terminal that no agent has started.';
  return {
    name: 'refused',
    error: protocolError('peer-is-an-agent', 'agents may not speak to the helper', { remedy }),
  };
}

function isFor(audience: Audience, peer: Peer): boolean {
  return audience === 'everyone' || audience === peer.uid || isRoot(peer);
}
