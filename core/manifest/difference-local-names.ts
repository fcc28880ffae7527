import { speaksOfName } from '../policy/local-names.ts';
import { display } from '../policy/pattern/bytes.ts';
import type { Policy } from '../policy/rule.ts';
import type { Change } from './difference-paths.ts';
import { isMore, judge, sentenceOf, tellingRule } from './difference-verdict.ts';

/** What changes for abstract sockets: each name that either speaks of, and those that begin with it. */
export function compareLocalNames(before: Policy, after: Policy): Change[] {
  const changes = [before, after].flatMap(({ localNames = [] }) =>
    localNames.flatMap(({ name, isPrefix }) => {
      const longer = Uint8Array.from([...name, 0xff]);
      return [compareOne(before, after, name, ''), ...(isPrefix ? [compareOne(before, after, longer, '*')] : [])];
    }),
  );
  const told = changes.flatMap((change) => (change === null ? [] : [change]));
  return [...new Map(told.map((change) => [change.text, change])).values()];
}

function compareOne(before: Policy, after: Policy, name: Uint8Array, rest: '' | '*'): Change | null {
  const said = (policy: Policy) =>
    judge(
      policy,
      'connect',
      (policy.localNames ?? []).filter((rule) => speaksOfName(rule, name)),
    );
  const [was, is] = [said(before), said(after)];
  if (was.answer === is.answer) return null;
  const shown = `@${display(rest === '' ? name : name.subarray(0, -1))}${rest}`;
  const telling = tellingRule(was, is);
  return {
    kind: isMore(was.answer, is.answer) ? 'more' : 'less',
    text: sentenceOf(was.answer, is.answer, `connect to ${shown}`),
    pointer: telling?.origin.pointer ?? null,
    side: telling?.side ?? 'new',
    example: null,
  };
}
