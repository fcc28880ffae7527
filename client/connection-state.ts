import type { ConnectError } from './connect-error.ts';
import type { HelperClient } from './helper-client.ts';

/** How a program stands to the helper, for those who show it. Whoever reconnects moves through these. */
export type ConnectionState =
  | { readonly state: 'connecting' }
  | { readonly state: 'connected'; readonly client: HelperClient }
  | { readonly state: 'absent'; readonly error: ConnectError }
  | { readonly state: 'lost'; readonly error: ConnectError }
  | { readonly state: 'incompatible'; readonly error: ConnectError }
  | { readonly state: 'denied'; readonly error: ConnectError };

/** The state that an error leaves behind. */
export function stateAfter(error: ConnectError): ConnectionState {
  switch (error.code) {
    case 'not-running':
      return { state: 'absent', error };
    case 'incompatible':
      return { state: 'incompatible', error };
    case 'forbidden':
    case 'refused':
      return { state: 'denied', error };
    case 'no-answer':
    case 'lost':
      return { state: 'lost', error };
  }
}
