/** The two channels between a window and main. There are no others. */
export const CALL_CHANNEL = 'ringfence:call';
export const EVENT_CHANNEL = 'ringfence:event';
