/** D-Bus values on the wire (D-Bus specification, "Marshaling"), little-endian: as much as a tray needs. */

/** A value together with its type, as a variant carries it. */
export interface Variant {
  readonly signature: string;
  readonly value: Value;
}
export type Value = number | bigint | boolean | string | Uint8Array | Variant | readonly Value[];

const ALIGNMENT: Readonly<Record<string, number>> = {
  y: 1,
  b: 4,
  n: 2,
  q: 2,
  i: 4,
  u: 4,
  x: 8,
  t: 8,
  d: 8,
  s: 4,
  o: 4,
  g: 1,
  v: 1,
  a: 4,
  '(': 8,
  '{': 8,
};

/** Takes a signature apart into its complete types. */
export function typesOf(signature: string): string[] {
  const types: string[] = [];
  for (let at = 0; at < signature.length; ) {
    const end = endOfType(signature, at);
    types.push(signature.slice(at, end));
    at = end;
  }
  return types;
}

function endOfType(signature: string, at: number): number {
  const letter = signature[at];
  if (letter === 'a') return endOfType(signature, at + 1);
  if (letter !== '(' && letter !== '{') return at + 1;
  const close = letter === '(' ? ')' : '}';
  let inner = at + 1;
  while (signature[inner] !== close) inner = endOfType(signature, inner);
  return inner + 1;
}

export class Writer {
  #bytes = Buffer.alloc(1 << 16);
  #at = 0;

  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#at);
  }

  align(to: number): void {
    this.#at = Math.ceil(this.#at / to) * to;
  }

  write(signature: string, values: readonly Value[]): void {
    for (const [at, type] of typesOf(signature).entries()) this.#one(type, values[at] as Value);
  }

  #one(type: string, value: Value): void {
    this.align(ALIGNMENT[type[0] ?? ''] ?? 1);
    const letter = type[0] ?? '';
    if (letter === 'a') this.#array(type.slice(1), value as readonly Value[]);
    else if (letter === '(' || letter === '{') this.write(type.slice(1, -1), value as readonly Value[]);
    else if (letter === 'v') {
      const { signature, value: inner } = value as Variant;
      this.#text(signature, 1);
      this.#one(signature, inner);
    } else if (letter === 's' || letter === 'o') this.#text(value as string, 4);
    else if (letter === 'g') this.#text(value as string, 1);
    else this.#number(letter, Number(value));
  }

  #number(letter: string, value: number): void {
    if (letter === 'y') this.#at = this.#bytes.writeUInt8(value, this.#at);
    else if (letter === 'i') this.#at = this.#bytes.writeInt32LE(value, this.#at);
    else if (letter === 'u' || letter === 'b') this.#at = this.#bytes.writeUInt32LE(value, this.#at);
    else throw new Error(`type ${letter} is not written here`);
  }

  #array(type: string, values: readonly Value[]): void {
    const lengthAt = this.#at;
    this.#at += 4;
    this.align(ALIGNMENT[type[0] ?? ''] ?? 1);
    const start = this.#at;
    for (const value of values) this.#one(type, value);
    this.#bytes.writeUInt32LE(this.#at - start, lengthAt);
  }

  #text(text: string, lengthBytes: 1 | 4): void {
    const length = Buffer.byteLength(text);
    this.#at = this.#bytes.writeUIntLE(length, this.#at, lengthBytes);
    this.#at += this.#bytes.write(`${text}\0`, this.#at);
  }
}

export class Reader {
  readonly #bytes: Buffer;
  #at: number;

  constructor(bytes: Buffer, at = 0) {
    this.#bytes = bytes;
    this.#at = at;
  }

  get at(): number {
    return this.#at;
  }

  align(to: number): void {
    this.#at = Math.ceil(this.#at / to) * to;
  }

  read(signature: string): Value[] {
    return typesOf(signature).map((type) => this.#one(type));
  }

  #one(type: string): Value {
    const letter = type[0] ?? '';
    this.align(ALIGNMENT[letter] ?? 1);
    if (letter === '(' || letter === '{') return this.read(type.slice(1, -1));
    if (letter === 'a') return this.#array(type.slice(1));
    if (letter === 'v') {
      const signature = this.#text(1);
      return { signature, value: this.#one(signature) };
    }
    if (letter === 's' || letter === 'o') return this.#text(4);
    if (letter === 'g') return this.#text(1);
    return this.#number(letter);
  }

  #number(letter: string): Value {
    const at = this.#at;
    this.#at += letter === 'y' ? 1 : (ALIGNMENT[letter] ?? 1);
    switch (letter) {
      case 'y':
        return this.#bytes.readUInt8(at);
      case 'b':
        return this.#bytes.readUInt32LE(at) !== 0;
      case 'n':
        return this.#bytes.readInt16LE(at);
      case 'q':
        return this.#bytes.readUInt16LE(at);
      case 'i':
        return this.#bytes.readInt32LE(at);
      case 'u':
        return this.#bytes.readUInt32LE(at);
      case 'x':
        return this.#bytes.readBigInt64LE(at);
      case 't':
        return this.#bytes.readBigUInt64LE(at);
      case 'd':
        return this.#bytes.readDoubleLE(at);
    }
    throw new Error(`type ${letter} is not read here`);
  }

  #array(type: string): Value {
    const [length] = this.read('u') as [number];
    this.align(ALIGNMENT[type[0] ?? ''] ?? 1);
    const end = this.#at + length;
    if (type === 'y') {
      const bytes = this.#bytes.subarray(this.#at, end);
      this.#at = end;
      return bytes;
    }
    const values: Value[] = [];
    while (this.#at < end) values.push(this.#one(type));
    return values;
  }

  #text(lengthBytes: 1 | 4): string {
    const length = this.#bytes.readUIntLE(this.#at, lengthBytes);
    const start = this.#at + lengthBytes;
    this.#at = start + length + 1;
    return this.#bytes.toString('utf8', start, start + length);
  }
}
