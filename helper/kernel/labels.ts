/** Sessions in the kernel are numbers; everywhere else they have names. */

const PATTERN = /^s-([0-9a-f]{16})$/;

export function sessionName(session: bigint): string {
  return `s-${session.toString(16).padStart(16, '0')}`;
}

/** Null for what is no session's name. */
export function sessionNumber(name: string): bigint | null {
  const digits = PATTERN.exec(name)?.[1];
  return digits === undefined ? null : BigInt(`0x${digits}`);
}
