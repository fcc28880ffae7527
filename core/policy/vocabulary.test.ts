import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  CALLS,
  callCode,
  callOf,
  OPERATIONS,
  operationCode,
  operationOf,
  REASONS,
  reasonCode,
  reasonOf,
  VERDICTS,
  verdictCode,
  verdictOf,
} from './vocabulary.ts';

const header = readFileSync(new URL('../../bpf/ringfence.h', import.meta.url), 'utf8');

/** The constants of one enum of the header: word -> code, in the header's spelling turned into ours. */
function headerEnum(name: string, prefix: string): Map<string, number> {
  const body = header.match(new RegExp(`enum ${name} \\{([^}]*)\\}`))?.[1] ?? '';
  const words = new Map<string, number>();
  for (const [, word, code] of body.matchAll(/^\s*([A-Z_]+) = (\d+)/gm)) {
    words.set((word ?? '').slice(prefix.length).toLowerCase().replaceAll('_', '-'), Number(code));
  }
  return words;
}

function listed(words: readonly (string | null)[]): Map<string, number> {
  return new Map(words.flatMap((word, code): [string, number][] => (word === null ? [] : [[word, code]])));
}

test('operations have the codes of the header', () => {
  const expected = headerEnum('rf_operation', 'RF_');
  expected.delete('operations');
  expect(listed(OPERATIONS)).toEqual(expected);
});

test('verdicts have the codes of the header', () => {
  const ours = new Map([...listed(VERDICTS)].map(([word, code]) => [word === 'require_approval' ? 'ask' : word, code]));
  expect(ours).toEqual(headerEnum('rf_verdict', 'RF_'));
});

test('calls have the codes of the header', () => {
  expect(listed(CALLS)).toEqual(headerEnum('rf_call', 'RF_CALL_'));
});

test('reasons have the codes of the header', () => {
  expect(listed(REASONS)).toEqual(headerEnum('rf_reason', 'RF_REASON_'));
});

test('words and codes are each other’s inverse', () => {
  for (const word of OPERATIONS) expect(operationOf(operationCode(word))).toBe(word);
  for (const word of VERDICTS) expect(verdictOf(verdictCode(word))).toBe(word);
  for (const word of CALLS) if (word !== null) expect(callOf(callCode(word))).toBe(word);
  for (const word of REASONS) if (word !== null) expect(reasonOf(reasonCode(word))).toBe(word);
});

test('unknown codes are null', () => {
  expect(operationOf(99)).toBeNull();
  expect(verdictOf(99)).toBeNull();
  expect(callOf(0)).toBeNull();
  expect(reasonOf(0)).toBeNull();
});
