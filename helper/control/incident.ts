import type { Peer } from './peer.ts';

/** Something a peer did, or we did to a peer, that an operator may want to know. Never shown to the peer. */
export type Incident = {
  readonly kind:
    | 'refused-peer'
    | 'malformed-message'
    | 'too-many-malformed'
    | 'message-too-large'
    | 'not-permitted'
    | 'no-hello'
    | 'unfinished-message'
    | 'flood'
    | 'slow-client'
    | 'handler-failed'
    | 'invalid-result'
    | 'invalid-event';
  readonly detail: string;
  readonly peer: Peer | null;
};

export type Report = (incident: Incident) => void;
