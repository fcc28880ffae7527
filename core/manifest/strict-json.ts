import type { Result } from '../result.ts';
import { failure, success } from '../result.ts';
import { quoteVisibly } from './hidden-character.ts';
import { MAX_DEPTH, MAX_MANIFEST_BYTES, MAX_POINTER_CHARACTERS } from './limits.ts';
import { pointerTo } from './pointer.ts';
import type { ManifestError, Place, Places, TextCode } from './problem.ts';

export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject;
/** Without a prototype, so that no member is ever inherited. */
export type JsonObject = { [member: string]: JsonValue };

export type JsonDocument = { readonly value: JsonValue; readonly places: Places };

/**
 * Reads I-JSON (RFC 7493) more strictly than JSON.parse: UTF-8 without a byte order mark, no member twice,
 * no `__proto__`, no lone surrogate, whole numbers up to 2^53 - 1, bounded in size and depth.
 */
export function parseStrictJson(bytes: Uint8Array): Result<JsonDocument, ManifestError> {
  if (bytes.length > MAX_MANIFEST_BYTES) {
    return failure({
      code: 'too-large',
      message: `the file has ${bytes.length} bytes, more than the ${MAX_MANIFEST_BYTES} a manifest may have`,
      remedy: 'Shorten it: name directories with /** in place of single files.',
    });
  }
  const text = decode(bytes);
  if (!text.ok) return text;
  try {
    return success(new Reader(text.value).document());
  } catch (thrown) {
    if (thrown instanceof Refused) return failure(thrown.problem);
    throw thrown;
  }
}

function decode(bytes: Uint8Array): Result<string, ManifestError> {
  const [first, second, third] = bytes;
  const start = { line: 1, column: 1 };
  if (first === 0xef && second === 0xbb && third === 0xbf) {
    const message = 'the file begins with a byte order mark';
    return failure({ code: 'byte-order-mark', message, remedy: 'Save it as UTF-8 without BOM.', ...start });
  }
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    const message = 'the file is UTF-16 text';
    return failure({ code: 'byte-order-mark', message, remedy: 'Save it as UTF-8 without BOM.', ...start });
  }
  if (isUtf8(bytes, bytes.length, false)) return success(utf8().decode(bytes));
  const bad = firstBadByte(bytes);
  const before = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(0, bad), { stream: true });
  const byte = bytes[new TextEncoder().encode(before).length] ?? 0;
  const what =
    bad === bytes.length ? 'the text ends inside a character' : `the byte 0x${byte.toString(16)} is not UTF-8 here`;
  return failure({
    code: 'not-utf8',
    message: what,
    remedy: 'Save the file as UTF-8.',
    ...placeAt(before, before.length),
  });
}

function utf8(): TextDecoder {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
}

function isUtf8(bytes: Uint8Array, length: number, stream: boolean): boolean {
  try {
    utf8().decode(bytes.subarray(0, length), { stream });
    return true;
  } catch {
    return false;
  }
}

/** Index of the byte at which it is certain that the text is invalid, by bisection; the length when it is only cut short. */
function firstBadByte(bytes: Uint8Array): number {
  let good = 0;
  let bad = bytes.length + 1;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (isUtf8(bytes, middle, true)) good = middle;
    else bad = middle;
  }
  return bad - 1;
}

function placeAt(text: string, index: number): Place {
  const before = text.slice(0, index);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: index - lineStart + 1 };
}

/** Carries a problem out of the recursion; never leaves this file. */
class Refused extends Error {
  readonly problem: ManifestError;
  constructor(problem: ManifestError) {
    super(problem.message);
    this.problem = problem;
  }
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);
const NUMBER = /-?[0-9][0-9.eE+-]*/y;
const WORD = /[A-Za-z_$][A-Za-z0-9_$]*/y;
const WORDS: ReadonlyMap<string, JsonValue> = new Map<string, JsonValue>([
  ['true', true],
  ['false', false],
  ['null', null],
]);

class Reader {
  private readonly text: string;
  private readonly places = new Map<string, Place>();
  private at = 0;
  // Places are asked for in the order of the text, so counting goes on from the last one.
  private pointerCharacters = 0;
  private line = 1;
  private lineStart = 0;
  private lineEnd: number;

  constructor(text: string) {
    this.text = text;
    this.lineEnd = endOfLine(text, 0);
  }

  document(): JsonDocument {
    this.skipSpace();
    if (this.at === this.text.length)
      this.refuse('syntax', 'the file is empty', 'Write a manifest: ringfence manifest init');
    const value = this.value('', 1);
    this.skipSpace();
    if (this.at < this.text.length) {
      this.refuse(
        'syntax',
        `${this.seen()} follows after the end of the manifest`,
        'Remove what stands after the last }.',
      );
    }
    return { value, places: this.places };
  }

  private value(pointer: string, depth: number): JsonValue {
    this.pointerCharacters += pointer.length;
    if (this.pointerCharacters > MAX_POINTER_CHARACTERS) {
      this.refuse('too-large', 'the names of the members around this are too long', 'Shorten them.');
    }
    this.places.set(pointer, this.place());
    const character = this.text[this.at];
    if (character === '{') return this.object(pointer, depth);
    if (character === '[') return this.array(pointer, depth);
    if (character === '"') return this.string(pointer);
    if (character !== undefined && /[-0-9]/.test(character)) return this.number(pointer);
    return this.word(pointer);
  }

  private object(pointer: string, depth: number): JsonObject {
    this.enter(pointer, depth);
    const object: JsonObject = Object.create(null);
    if (this.accept('}')) return object;
    do {
      this.skipSpace();
      this.member(object, pointer, depth);
      this.skipSpace();
    } while (this.another('}', 'member'));
    return object;
  }

  private member(object: JsonObject, pointer: string, depth: number): void {
    if (this.text[this.at] !== '"') {
      this.refuse(
        'syntax',
        `the name of a member is expected here, not ${this.seen()}`,
        nameRemedy(this.text[this.at]),
        pointer,
      );
    }
    const place = this.place();
    const name = this.string(pointer);
    const inside = pointerTo(pointer, name);
    if (name === '__proto__') {
      this.refuseAt(
        place,
        'forbidden-key',
        'a member may not be called "__proto__"',
        'Remove or rename this member.',
        inside,
      );
    }
    if (Object.hasOwn(object, name)) {
      const first = this.places.get(inside)?.line;
      const message = `${quoteVisibly(name)} appears twice in the same object (first on line ${first})`;
      this.refuseAt(place, 'duplicate-key', message, 'Keep one of the two.', inside);
    }
    this.skipSpace();
    if (!this.accept(':')) {
      this.refuse(
        'syntax',
        `a colon is expected after ${quoteVisibly(name)}, not ${this.seen()}`,
        'Write "name": value.',
        inside,
      );
    }
    this.skipSpace();
    object[name] = this.value(inside, depth + 1);
  }

  private array(pointer: string, depth: number): JsonValue[] {
    this.enter(pointer, depth);
    const array: JsonValue[] = [];
    if (this.accept(']')) return array;
    do {
      this.skipSpace();
      array.push(this.value(pointerTo(pointer, array.length), depth + 1));
      this.skipSpace();
    } while (this.another(']', 'item'));
    return array;
  }

  private enter(pointer: string, depth: number): void {
    if (depth > MAX_DEPTH) {
      const message = `objects and lists are more than ${MAX_DEPTH} deep here`;
      this.refuse('too-deep', message, 'Flatten it: a manifest needs no more than four levels.', pointer);
    }
    this.at += 1;
    this.skipSpace();
  }

  /** True after a comma that another part follows; false at the closing bracket. */
  private another(close: '}' | ']', part: 'member' | 'item'): boolean {
    if (this.accept(close)) return false;
    const comma = this.at;
    if (!this.accept(',')) {
      const remedy =
        this.at === this.text.length
          ? `The file is cut short: close it with ${close}.`
          : commaRemedy(this.text[this.at]);
      this.refuse('syntax', `a comma or ${close} is expected after this ${part}, not ${this.seen()}`, remedy);
    }
    this.skipSpace();
    if (this.text[this.at] === close) {
      this.at = comma;
      this.refuse(
        'syntax',
        `a comma stands before the closing ${close}`,
        'Remove the comma: JSON allows none after the last one.',
      );
    }
    return true;
  }

  private string(pointer: string): string {
    const start = this.place();
    this.at += 1;
    let value = '';
    for (;;) {
      const from = this.at;
      while (!endsRun(this.text.charCodeAt(this.at))) this.at += 1;
      value += this.text.slice(from, this.at);
      const character = this.text[this.at];
      if (character === '"') break;
      if (character === '\\') value += this.escape(pointer);
      else this.refuseInString(character, start, pointer);
    }
    this.at += 1;
    if (!value.isWellFormed()) {
      const message = 'this string holds half of a surrogate pair';
      this.refuseAt(
        start,
        'lone-surrogate',
        message,
        'Write the character itself in UTF-8, or both halves of its \\u escape.',
        pointer,
      );
    }
    return value;
  }

  private refuseInString(character: string | undefined, start: Place, pointer: string): never {
    if (character === undefined) {
      this.refuseAt(start, 'syntax', 'this string is never closed', 'Add the closing quotation mark.', pointer);
    }
    if (character === '\n' || character === '\r') {
      this.refuseAt(
        start,
        'syntax',
        'this string goes on over the end of the line',
        'Close it with a quotation mark, or write \\n.',
        pointer,
      );
    }
    this.refuse('syntax', `a string holds the raw control character ${this.seen()}`, 'Remove it.', pointer);
  }

  private escape(pointer: string): string {
    const letter = this.text[this.at + 1] ?? '';
    const simple = ESCAPES.get(letter);
    if (simple !== undefined) {
      this.at += 2;
      return simple;
    }
    const digits = this.text.slice(this.at + 2, this.at + 6);
    if (letter !== 'u' || !/^[0-9A-Fa-f]{4}$/.test(digits)) {
      this.refuse(
        'syntax',
        'this backslash begins no JSON escape',
        'Write \\\\ for a backslash, or \\u and four hex digits.',
        pointer,
      );
    }
    this.at += 6;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  private number(pointer: string): number {
    NUMBER.lastIndex = this.at;
    const written = NUMBER.exec(this.text)?.[0] ?? this.text[this.at] ?? '';
    const value = Number(written);
    if (!/^(0|-?[1-9][0-9]*)$/.test(written) || !Number.isSafeInteger(value)) {
      const message = `${written.slice(0, 40)} is not a whole number between -(2^53 - 1) and 2^53 - 1`;
      this.refuse('bad-number', message, 'Write a plain whole number, or put the value in quotation marks.', pointer);
    }
    this.at += written.length;
    return value;
  }

  private word(pointer: string): JsonValue {
    WORD.lastIndex = this.at;
    const word = WORD.exec(this.text)?.[0] ?? '';
    const value = WORDS.get(word);
    if (value === undefined) {
      this.refuse(
        'syntax',
        `a value is expected here, not ${this.seen()}`,
        valueRemedy(word, this.text[this.at]),
        pointer,
      );
    }
    this.at += word.length;
    return value;
  }

  private accept(character: string): boolean {
    if (this.text[this.at] !== character) return false;
    this.at += 1;
    return true;
  }

  private skipSpace(): void {
    while (isSpace(this.text.charCodeAt(this.at))) this.at += 1;
  }

  private place(): Place {
    while (this.lineEnd < this.at) {
      this.line += 1;
      this.lineStart = this.lineEnd + 1;
      this.lineEnd = endOfLine(this.text, this.lineStart);
    }
    return { line: this.line, column: this.at - this.lineStart + 1 };
  }

  private seen(): string {
    const character = this.text.codePointAt(this.at);
    if (character === undefined) return 'the end of the file';
    const shown = String.fromCodePoint(character);
    return /[\p{L}\p{N}\p{P}\p{S}]/u.test(shown) ? shown : `U+${character.toString(16).toUpperCase().padStart(4, '0')}`;
  }

  private refuse(code: TextCode, message: string, remedy: string, pointer?: string): never {
    return this.refuseAt(placeAt(this.text, this.at), code, message, remedy, pointer);
  }

  private refuseAt(place: Place, code: TextCode, message: string, remedy: string, pointer?: string): never {
    throw new Refused({ code, message, remedy, ...place, ...(pointer ? { pointer } : {}) });
  }
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

/** True at a quotation mark, a backslash, a control character and the end (NaN). */
function endsRun(code: number): boolean {
  return !(code >= 0x20) || code === 0x22 || code === 0x5c;
}

function nameRemedy(character: string | undefined): string {
  if (character === undefined) return 'The file is cut short: close it with }.';
  return character === '/'
    ? 'JSON has no comments: remove this one.'
    : 'Write names in double quotation marks: "name": value.';
}

function commaRemedy(character: string | undefined): string {
  return character === '/' ? 'JSON has no comments: remove this one.' : 'Add the missing comma.';
}

function valueRemedy(word: string, character: string | undefined): string {
  if (character === undefined) return 'The file is cut short: write the value and close what is open.';
  if (character === '/') return 'JSON has no comments: remove this one.';
  if (word !== '' || character === "'")
    return 'Put text in double quotation marks; true, false and null are written small.';
  return 'Write a string, number, list or object.';
}
