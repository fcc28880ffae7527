/** What one client can cost the helper. Times in milliseconds. */
export type ControlLimits = {
  readonly connections: number;
  readonly connectionsPerUser: number;
  /** Requests of one connection being answered; further ones wait in the client's own buffers. */
  readonly requestsInFlight: number;
  /** Requests of one user: so many at once, and so many a second after that. */
  readonly requestBurst: number;
  readonly requestsPerSecond: number;
  /** Messages that are none, before the connection ends. */
  readonly malformedMessages: number;
  /** Bytes waiting for a client that does not read, before the connection ends. */
  readonly queuedBytes: number;
  readonly helloWithin: number;
  /** A peer that is refused gets no longer than this to hear why. */
  readonly refusedWithin: number;
  /** From the first byte of a message to its last. */
  readonly messageWithin: number;
  /** From a full socket to one that takes bytes again. */
  readonly drainWithin: number;
};

export const CONTROL_LIMITS: ControlLimits = {
  connections: 256,
  connectionsPerUser: 64,
  requestsInFlight: 8,
  requestBurst: 500,
  requestsPerSecond: 200,
  malformedMessages: 16,
  queuedBytes: 8 * 1024 * 1024,
  helloWithin: 10_000,
  refusedWithin: 2_000,
  messageWithin: 10_000,
  drainWithin: 30_000,
};
