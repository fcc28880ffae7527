import type { Manifest } from '../../core/manifest/index.ts';
import { pointerTo } from '../../core/manifest/pointer.ts';
import type { BindContext } from '../../core/policy/bind-context.ts';
import { findForbiddenText } from './reference/accepted-text.ts';
import { canonicalText } from './reference/canonical.ts';
import { readStrictly } from './reference/strict-json.ts';
import type { Subject } from './subject.ts';

/** What a case came to, for the tally; or which oracle it broke, in words. */
export type ParserOutcome = { readonly outcome: 'accepted' | 'json-only' | 'refused'; readonly problem: string | null };

/** Beyond this a reading is too slow: milliseconds, and microseconds for each byte. */
const MOST_MILLISECONDS = 15;
const MOST_MICROSECONDS_A_BYTE = 3;
/** Characters of all pointers together, as docs/manifest.md has it. */
const MAX_POINTER_CHARACTERS = 4 * 1024 * 1024;

const CONTEXT: BindContext = {
  home: '/home/u',
  workspace: '/home/u/w',
  skill: '/home/u/s',
  tmpdir: '/tmp/t',
  agent: 'claude',
  audit: true,
  resolvers: ['127.0.0.53', '::1'],
  symbols: { '@npm': 'packages.example:443', '@pypi': '192.0.2.7' },
  programs: [{ path: '/usr/bin/git', sha256: 'ab'.repeat(32) }],
};
const MOUNTS = [{ device: 1, root: '/', mountpoint: '/', type: 'ext4' }];
const HIDDEN = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/u;

/** Every oracle of the parser on one input. Throws nothing: what the subject throws is a problem. */
export function judgeParser(subject: Subject, bytes: Uint8Array): ParserOutcome {
  try {
    return judge(subject, bytes);
  } catch (thrown) {
    const stack = thrown instanceof Error ? thrown.stack?.split('\n').slice(0, 4).join(' | ') : String(thrown);
    return { outcome: 'refused', problem: `threw: ${stack}` };
  }
}

function judge(subject: Subject, bytes: Uint8Array): ParserOutcome {
  const started = performance.now();
  const manifest = subject.parseManifest(bytes);
  const slow = checkTime(subject, bytes, performance.now() - started);
  const document = subject.parseStrictJson(bytes);
  const outcome = manifest.ok ? 'accepted' : document.ok ? 'json-only' : 'refused';
  const problem =
    slow ??
    checkAgainstReference(document, bytes) ??
    (document.ok ? checkCanonical(subject, document.value.value) : null) ??
    (manifest.ok ? checkAccepted(subject, manifest.value) : checkRefusal(manifest, bytes));
  if (problem === null && manifest.ok && !document.ok) return { outcome, problem: 'accepted what is no strict JSON' };
  return { outcome, problem };
}

function checkTime(subject: Subject, bytes: Uint8Array, milliseconds: number): string | null {
  const most = MOST_MILLISECONDS + (bytes.length * MOST_MICROSECONDS_A_BYTE) / 1000;
  if (milliseconds <= most) return null;
  // Others use the machine too: only what costs this thread too much each time is slow.
  const costs = [1, 2, 3].map(() => {
    const before = process.threadCpuUsage();
    subject.parseManifest(bytes);
    const { user, system } = process.threadCpuUsage(before);
    return (user + system) / 1000;
  });
  const best = Math.min(...costs);
  return best > most ? `slow: ${best.toFixed(1)} ms for ${bytes.length} bytes` : null;
}

function checkAgainstReference(document: ReturnType<Subject['parseStrictJson']>, bytes: Uint8Array): string | null {
  const expected = readStrictly(bytes);
  if (document.ok && !expected.accepted) return `accepted what is to be refused: ${expected.why}`;
  if (!document.ok && expected.accepted) {
    const isBudget = document.error.code === 'too-large' && pointerCharacters(expected.value) > MAX_POINTER_CHARACTERS;
    return isBudget ? null : `refused what is to be accepted: ${document.error.code} ${document.error.message}`;
  }
  if (!document.ok || !expected.accepted) return null;
  const [own, reference] = [JSON.stringify(document.value.value), JSON.stringify(expected.value)];
  return own === reference ? null : `read another value than JSON.parse: ${difference(own, reference)}`;
}

/** Where two texts part, with what is there in each. */
function difference(one: string, other: string): string {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  const shown = (text: string) => JSON.stringify(text.slice(Math.max(0, at - 40), at + 40));
  return `from character ${at} on, ${shown(one)} is not ${shown(other)}`;
}

function pointerCharacters(value: unknown, pointer = ''): number {
  if (typeof value !== 'object' || value === null) return pointer.length;
  const steps: (string | number)[] = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  const member = (step: string | number) => (value as Record<string | number, unknown>)[step];
  return steps.reduce<number>(
    (sum, step) => sum + pointerCharacters(member(step), pointerTo(pointer, step)),
    pointer.length,
  );
}

function checkCanonical(subject: Subject, value: unknown): string | null {
  const bytes = subject.canonicalBytes(value);
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  if (text !== canonicalText(value)) return 'the canonical form is not the one of RFC 8785';
  const again = subject.parseStrictJson(bytes);
  if (!again.ok) return `its own canonical form is refused: ${again.error.code}`;
  const twice = new TextDecoder().decode(subject.canonicalBytes(again.value.value));
  return twice === text ? null : 'the canonical form of the canonical form differs';
}

/** Of the policies not met before. Compiling is no parsing, and would take a third of the time. */
const COMPILED_EVERY = 8;
const ALWAYS_THE_SAME = /^base\.|\.classes\[/;

let compiled = new Set<string>();

function checkAccepted(subject: Subject, manifest: Manifest): string | null {
  const forbidden = findForbiddenText(manifest);
  if (forbidden !== null) return `accepted ${forbidden}`;
  const formatted = new TextEncoder().encode(subject.formatManifest(manifest));
  const again = subject.parseManifest(formatted);
  if (!again.ok && again.error.code !== 'too-large') return `refused once formatted: ${again.error.message}`;
  if (again.ok && canonicalText(again.value) !== canonicalText(manifest)) return 'formatting changed it';
  const policy = subject.policyFromManifest(manifest, CONTEXT);
  if (!policy.ok) return cleanError(policy.error);
  const key = canonicalText(manifest.permissions);
  if (compiled.has(key)) return null;
  if (compiled.size > 50_000) compiled = new Set();
  compiled.add(key);
  if (compiled.size % COMPILED_EVERY !== 0) return null;
  // What the base and the classes add is the same each time and takes most of the time: every 256th policy has it.
  const isWhole = compiled.size % 256 === 0;
  const paths = policy.value.paths.filter(({ origin }) => isWhole || !ALWAYS_THE_SAME.test(origin.pointer));
  const tables = subject.compile({ ...policy.value, paths }, MOUNTS);
  return tables.ok ? null : cleanError(tables.error);
}

function cleanError({ code, message, remedy }: { code: string; message: string; remedy: string }): string | null {
  if (code === '' || message === '' || remedy === '') return 'an error without code, message or remedy';
  return HIDDEN.test(message + remedy) ? `an error that hides a character: ${code}` : null;
}

function checkRefusal(manifest: ReturnType<Subject['parseManifest']>, bytes: Uint8Array): string | null {
  if (manifest.ok) return null;
  const lines = bytes.length > 100_000 ? null : new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes).split('\n');
  for (const error of [manifest.error, ...(manifest.error.more ?? [])].slice(0, 20)) {
    const unclean = cleanError(error);
    if (unclean !== null) return unclean;
    if (error.code === 'too-large') continue;
    if (error.line === undefined || error.column === undefined) return `no place for ${error.code} at ${error.pointer}`;
    const line = lines?.[error.line - 1];
    if (lines !== null && (line === undefined || error.column < 1 || error.column > line.length + 1))
      return `the place ${error.line}:${error.column} of ${error.code} is not in the text`;
  }
  return null;
}
