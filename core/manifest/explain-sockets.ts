/** What a manifest says of Unix sockets, in words. */
import { DEPUTIES, deputyNamed } from '../policy/deputies.ts';
import type { LocalNameRule, Policy, RuleOrigin } from '../policy/rule.ts';
import { joinWords } from './permission-words.ts';

/** The sentence of an entry that names what acts for the person; null for every other. */
export function deputySentence({ source, text }: RuleOrigin): string | null {
  const deputy = source === 'manifest' ? deputyNamed(text) : undefined;
  return deputy === undefined ? null : `speak to ${deputy.name}: it may then ${deputy.lets}`;
}

export function localNameSentence({ origin }: LocalNameRule): string {
  return deputySentence(origin) ?? `connect to ${origin.text}, a socket without a file`;
}

/** What no manifest opens. */
export function closedForever(): string[] {
  return DEPUTIES.flatMap(({ name, grant, lets }) =>
    grant === 'never' ? [`may not speak to ${name}: it could ${lets}`] : [],
  );
}

/** What this manifest could name and does not. */
export function closedHere({ paths }: Policy): string | null {
  const names = paths.flatMap(({ origin: { source, text } }) =>
    source === 'deputy' && deputyNamed(text) !== undefined && deputyNamed(text)?.grant !== 'never' ? [text] : [],
  );
  if (names.length === 0) return null;
  return `to speak to ${joinWords(names)} is refused, whatever paths are granted: they act for the person, and are opened by name`;
}
