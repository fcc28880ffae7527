/** `signature.layout`: the signer says that the text is exactly what `layOut` makes of the value. */
export const LAYOUT = 'indent-2';

/** JSON as ECMAScript's JSON.stringify writes it with two spaces, and a line feed: how people edit it. */
export function layOut(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** Where a text is not laid out, counted from 1; null when it is, byte for byte. */
export function findOtherLayout(bytes: Uint8Array, value: unknown): { line: number; column: number } | null {
  const wanted = new TextEncoder().encode(layOut(value));
  const length = Math.max(wanted.length, bytes.length);
  let index = 0;
  while (index < length && wanted[index] === bytes[index]) index += 1;
  if (index === length) return null;
  const before = new TextDecoder().decode(wanted.subarray(0, index), { stream: true });
  const lines = before.split('\n');
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}
