/** The forms of single fields: what zod checks is said in the words of the manifest, with a remedy. */
import { z } from 'zod';
import { parseDeny, parseEgress, parseListen } from './egress.ts';
import { findHiddenCharacter, findHiddenCharacterInProse, quoteVisibly } from './hidden-character.ts';
import { parseInstant } from './instant.ts';
import { parsePublicKey } from './key.ts';
import { MAX_LIST, MAX_SIGNERS } from './limits.ts';
import { parseLocalSocket } from './local-socket.ts';
import { checkPathPattern, checkSkillPath, type SyntaxProblem } from './path-pattern.ts';
import type { FieldCode } from './problem.ts';

/** What a check of ours leaves in zod's issue, so that parse.ts can tell code and remedy. */
export type CheckParams = { readonly code: FieldCode; readonly remedy: string };

type Issues = { push(issue: { code: 'custom'; message: string; params: CheckParams; input: unknown }): unknown };

function report(issues: Issues, input: unknown, code: FieldCode, message: string, remedy: string): void {
  issues.push({ code: 'custom', message, params: { code, remedy }, input });
}

/** Text whose form `check` judges; null when nothing is wrong with it. */
function checkedText(code: FieldCode, check: (text: string) => SyntaxProblem | null, forEditors: object = {}) {
  return z
    .string()
    .check(({ value, issues }) => {
      const problem = check(value);
      if (problem !== null) report(issues, value, code, problem.message, problem.remedy);
    })
    .meta({ ...forEditors });
}

/** For editors only: what a path begins with. */
const BEGINNING = { pattern: '^(/|~(/|$)|\\$(WORKSPACE|SKILL|TMPDIR)(/|$))' };

/** A name or id: one line that shows everything it holds. */
export function label(longest: number) {
  return z
    .string()
    .check(({ value, issues }) => {
      const hidden = findHiddenCharacter(value);
      if (hidden !== null)
        report(issues, value, 'hidden-character', `the text holds ${hidden}`, 'Remove the character.');
      else if (value === '') report(issues, value, 'bad-value', 'the text is empty', 'Write at least one character.');
      else if (value.trim() !== value) {
        report(issues, value, 'bad-value', 'the text begins or ends with a space', 'Remove the space.');
      } else if (value.length > longest) {
        report(issues, value, 'too-long', `the text has more than ${longest} characters`, 'Shorten it.');
      }
    })
    .meta({ minLength: 1, maxLength: longest });
}

export const prose = z.string().check(({ value, issues }) => {
  const hidden = findHiddenCharacterInProse(value);
  if (hidden !== null) report(issues, value, 'hidden-character', `the text holds ${hidden}`, 'Remove the character.');
  else if (value.length > 4096)
    report(issues, value, 'too-long', 'the text has more than 4096 characters', 'Shorten it.');
});

export const pathPattern = checkedText('bad-path', checkPathPattern, BEGINNING);

/** One place, no pattern. */
export const plainPath = checkedText('bad-path', (path) => checkPathPattern(path) ?? checkPlain(path), BEGINNING);

export const skillPath = checkedText('unsafe-path', checkSkillPath);

export const egress = checkedText('bad-egress', (text) => problemOf(parseEgress(text)));
export const listen = checkedText('bad-listen', (text) => problemOf(parseListen(text)));
export const localSocket = checkedText('bad-socket', (text) => problemOf(parseLocalSocket(text)));
export const denied = checkedText('bad-egress', (text) => problemOf(parseDeny(text)));

/** The name of an environment variable; `*` at its end stands for any rest. */
export const variable = checkedText('bad-value', (text) =>
  /^[A-Za-z_][A-Za-z0-9_]*\*?$/.test(text)
    ? null
    : {
        message: `${quoteVisibly(text)} names no environment variable`,
        remedy: 'Write a name such as LANG, or the beginning of names and a star, such as LC_*.',
      },
);

export const sha256Hex = checkedText('bad-value', (text) =>
  /^[0-9a-f]{64}$/.test(text)
    ? null
    : { message: 'the hash is not 64 lowercase hex digits', remedy: 'Write what sha256sum prints.' },
);

export const instant = checkedText('bad-time', (text) =>
  parseInstant(text) === null
    ? {
        message: 'the text is no date and time of RFC 3339 in UTC',
        remedy: 'Write a moment in UTC, as 2026-12-31T00:00:00Z.',
      }
    : null,
);

export const publicKey = checkedText('bad-key', (text) => {
  const parsed = text.includes('\n') ? null : parsePublicKey(text);
  if (parsed?.ok) return null;
  const remedy = 'Write the line of the .pub file: ringfence-ed25519 <base64> <name>, or ssh-ed25519 <base64> <name>.';
  return { message: parsed === null ? 'the text has more than one line' : parsed.error.message, remedy };
});

export const webAddress = label(2048).check(({ value, issues }) => {
  if (/^https:\/\/[^\s/@]+(\/\S*)?$/.test(value)) return;
  report(issues, value, 'bad-value', 'the text is no address of the web', 'Write it from https:// on.');
});

/** As many as may sign one manifest. */
export function signers<Item extends z.ZodType>(item: Item) {
  return z.array(item).check(({ value, issues }) => {
    if (value.length <= MAX_SIGNERS) return;
    report(issues, value, 'too-long', `the list has more than ${MAX_SIGNERS} entries`, 'Leave out those not needed.');
  });
}

/** A whole number of at least 1. */
export const count = z.number().check(({ value, issues }) => {
  if (value >= 1) return;
  report(issues, value, 'bad-value', 'the limit is less than 1', 'Write 1 or more, or leave the limit out.');
});

export function list<Item extends z.ZodType>(item: Item) {
  return z.array(item).check(({ value, issues }) => {
    if (value.length <= MAX_LIST) return;
    const remedy = 'Name directories with /** in place of single files.';
    report(issues, value, 'too-long', `the list has more than ${MAX_LIST} entries`, remedy);
  });
}

function problemOf(
  parsed: { readonly ok: true } | { readonly ok: false; readonly error: SyntaxProblem },
): SyntaxProblem | null {
  return parsed.ok ? null : parsed.error;
}

function checkPlain(path: string): SyntaxProblem | null {
  if (path.startsWith('$')) {
    const message = `${quoteVisibly(path)} lies where agents may write`;
    return { message, remedy: 'Pin programs by a whole path, or one below ~/.' };
  }
  if (!/[*?[\]{}\\]/.test(path)) return null;
  return {
    message: `${quoteVisibly(path)} is a pattern: only one file can have one hash`,
    remedy: 'Name the file itself.',
  };
}
