import { isUtf8 } from 'node:buffer';

/** What a strict reader has to say, made of JSON.parse and of the rules beyond it, each stated on its own. */
export type Strict =
  | { readonly accepted: true; readonly value: unknown }
  | { readonly accepted: false; readonly why: string };

const MAX_BYTES = 262_144;
const MAX_DEPTH = 16;
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]]|[:,]|-?[0-9][0-9.eE+-]*|[a-z]+/g;

export function readStrictly(bytes: Uint8Array): Strict {
  if (bytes.length > MAX_BYTES) return refused('size');
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return refused('byte order mark');
  if (!isUtf8(bytes)) return refused('not UTF-8');
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refused('no JSON');
  }
  const why = findStricter(text);
  return why === null ? { accepted: true, value } : refused(why);
}

function refused(why: string): Strict {
  return { accepted: false, why };
}

/** The first rule beyond JSON that a text breaks, given that it is JSON. */
function findStricter(text: string): string | null {
  const open: (Set<string> | null)[] = [];
  let before = '';
  for (const [token] of text.matchAll(TOKEN)) {
    const [first = ''] = token;
    if (first === '{' || first === '[') {
      open.push(first === '{' ? new Set() : null);
      if (open.length > MAX_DEPTH) return 'depth';
    } else if (first === '}' || first === ']') open.pop();
    else if (first === '"') {
      const string: string = JSON.parse(token);
      if (!string.isWellFormed()) return 'lone surrogate';
      const names = open.at(-1);
      if (names && (before === '{' || before === ',')) {
        if (string === '__proto__') return '__proto__';
        if (names.has(string)) return 'twice';
        names.add(string);
      }
    } else if (/[-0-9]/.test(first)) {
      const isWhole = /^(0|-?[1-9][0-9]*)$/.test(token);
      if (!isWhole || Math.abs(Number(token)) > 9_007_199_254_740_991) return 'number';
    }
    before = token;
  }
  return null;
}
