import { describe, expect, it } from 'vitest';
import { parseEvent } from '../manifest/event.ts';
import { parseManifest } from '../manifest/index.ts';
import { judgeEvent } from '../manifest/judge-event.ts';
import { NOMINAL_CONTEXT } from '../manifest/nominal-context.ts';
import { compile } from './compile.ts';
import { pathComponents } from './host-path.ts';
import { loadLocations } from './locations.ts';
import { matchPath } from './pattern/match-path.ts';
import { parsePattern } from './pattern/parse-pattern.ts';
import { policyFromManifest } from './policy-from-manifest.ts';
import { policyOf } from './testing/generated-policy.ts';
import patterns from './vectors/patterns.json' with { type: 'json' };
import precedence from './vectors/precedence.json' with { type: 'json' };
import { answerOf, walkTables } from './walk-tables.ts';

describe('patterns', () => {
  it.each(patterns.patterns)('$pattern', ({ pattern, matches, misses }) => {
    const parsed = parsePattern(pattern);
    const tables = compile(policyOf([{ pattern, effect: 'allow', operations: ['read'] }]), [
      { device: 1, root: '/', mountpoint: '/', type: 'ext4' },
    ]);
    if (!parsed.ok || !tables.ok) throw new Error('the pattern is refused');
    const byReading = (path: string) => parsed.value.some((one) => matchPath(one, pathComponents(path)));
    const byAutomaton = (path: string) =>
      answerOf(tables.value, walkTables(tables.value, 1, pathComponents(path)), 'read').verdict === 'allow';
    for (const matcher of [byReading, byAutomaton]) {
      expect(matches.filter(matcher)).toEqual(matches);
      expect(misses.filter(matcher)).toEqual([]);
    }
  });

  it.each(patterns.refused)('refuses $pattern', ({ pattern, code }) => {
    expect(parsePattern(pattern)).toMatchObject({ ok: false, error: { code } });
  });

  it('has both kinds for each rule', () => {
    const rules = (list: readonly { rule: string }[]) => [...new Set(list.map(({ rule }) => rule))].sort();
    expect(rules(patterns.refused)).toEqual(rules(patterns.patterns));
  });
});

type Case = {
  rule: string;
  permissions: object;
  fields?: object;
  events: { event: string; verdict: string; reason: string }[];
};

describe('precedence', () => {
  it.each(precedence.cases as Case[])('$rule', ({ permissions, fields, events }) => {
    const text = JSON.stringify({ skill_id: 's', version: '1', permissions, hashes: {}, ...fields });
    const parsed = parseManifest(new TextEncoder().encode(text));
    if (!parsed.ok) throw new Error(parsed.error.message);
    const policy = policyFromManifest(parsed.value, NOMINAL_CONTEXT);
    if (!policy.ok) throw new Error(policy.error.message);
    const locations = loadLocations(NOMINAL_CONTEXT.home);
    const told = events.map(({ event }) => {
      const read = parseEvent(event, NOMINAL_CONTEXT);
      if (!read.ok) throw new Error(read.error.message);
      const { verdict, reason } = judgeEvent(policy.value, locations, read.value).decision;
      return { event, verdict, reason };
    });
    expect(told).toEqual(events);
  });

  it('has events of both kinds for each rule', () => {
    for (const { events } of precedence.cases) {
      const kinds = new Set(events.map(({ verdict }) => verdict));
      expect(kinds.size).toBeGreaterThan(1);
    }
  });
});
