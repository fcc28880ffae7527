/**
 * The protocol's generation. It rises only when a peer of the generation before would misread a message; methods,
 * events, error codes and optional fields are added without touching it.
 */
export const PROTOCOL_VERSION = 1;
