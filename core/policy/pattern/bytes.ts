const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** UTF-8 of a string without lone surrogates. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** For people: ill-formed sequences become U+FFFD. */
export function display(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** A map key: one UTF-16 unit for each byte, so that keys compare as the bytes do. */
export function byteKey(bytes: Uint8Array): string {
  let key = '';
  for (const byte of bytes) key += String.fromCharCode(byte);
  return key;
}

/** The bytes that `byteKey` made a key of. */
export function keyBytes(key: string): Uint8Array {
  return Uint8Array.from(key, (unit) => unit.charCodeAt(0));
}
