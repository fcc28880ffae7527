export { CONTROL_SOCKET, type ConnectOptions, connect, isConnectError } from './connect.ts';
export type { ConnectError } from './connect-error.ts';
export { type ConnectionState, stateAfter } from './connection-state.ts';
export type { CallError, HelperClient, SequencedEvent } from './helper-client.ts';
export * from './why.ts';
