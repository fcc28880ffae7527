/** Abstract Unix sockets: what the rules say of a name, and the table that the kernel finds it in. */
import { byteKey } from './pattern/bytes.ts';
import { type LocalNameRule, NO_RULE } from './rule.ts';
import type { LocalName } from './tables.ts';
import { verdictCode } from './vocabulary.ts';

/** Whether the rule speaks of a socket with this name, byte by byte. */
export function speaksOfName({ name, isPrefix }: LocalNameRule, asked: Uint8Array): boolean {
  return beginsWith(asked, name) && (isPrefix || asked.length === name.length);
}

function beginsWith(whole: Uint8Array, part: Uint8Array): boolean {
  return part.length <= whole.length && part.every((byte, index) => byte === whole[index]);
}

/** One entry for each name of a rule, with what shorter ones say merged in; sorted. */
export function compileLocalNames(rules: readonly LocalNameRule[]): LocalName[] {
  const names = [...new Map(rules.map(({ name }) => [byteKey(name), name])).entries()].sort(([a], [b]) =>
    a < b ? -1 : 1,
  );
  return names.map(([, name]) => ({
    name,
    exact: strictest(rules.filter((rule) => speaksOfName(rule, name))),
    longer: strictest(rules.filter((rule) => rule.isPrefix && beginsWith(name, rule.name))),
  }));
}

function strictest(rules: readonly LocalNameRule[]): LocalName['exact'] {
  const [first] = [...rules].sort((a, b) => verdictCode(b.effect) - verdictCode(a.effect) || a.id - b.id);
  return first === undefined ? { verdict: 0, rule: NO_RULE } : { verdict: verdictCode(first.effect), rule: first.id };
}

/** What the table says of a name: the kernel's look-up. */
export function lookUpName(table: readonly LocalName[], asked: Uint8Array): LocalName['exact'] {
  const fitting = table.filter(({ name }) => beginsWith(asked, name));
  const longest = fitting.reduce<LocalName | null>(
    (best, one) => (best === null || one.name.length > best.name.length ? one : best),
    null,
  );
  if (longest === null) return { verdict: 0, rule: NO_RULE };
  return longest.name.length === asked.length ? longest.exact : longest.longer;
}
