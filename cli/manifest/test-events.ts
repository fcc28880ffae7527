import { readFileSync } from 'node:fs';
import { type ExpectedEvent, parseEvent, parseEventLines, parseExpectation } from '../../core/manifest/event.ts';
import { type Judgement, judgeEvent } from '../../core/manifest/judge-event.ts';
import { problemOfPolicy } from '../../core/manifest/lint-finding.ts';
import { whereItApplies } from '../../core/manifest/nominal-context.ts';
import { placed } from '../../core/manifest/problem.ts';
import type { BindContext } from '../../core/policy/bind-context.ts';
import { loadLocations } from '../../core/policy/locations.ts';
import { policyFromManifest } from '../../core/policy/policy-from-manifest.ts';
import type { Policy } from '../../core/policy/rule.ts';
import { visible } from '../terminal/visible.ts';
import { CommandError, cannot, complainAbout, type ExitCode } from './command-error.ts';
import { type ParsedFile, readParsed } from './parsed-file.ts';
import { type PlaceOptions, placesFrom } from './session-places.ts';
import type { Surroundings } from './surroundings.ts';

export type TestOptions = PlaceOptions & {
  readonly json?: boolean;
  readonly event: readonly string[];
  readonly events?: string;
  readonly expect: readonly string[];
};

type Outcome = ExpectedEvent & { readonly judgement: Judgement; readonly ok: boolean };

/** What the specification says of each event; exit 1 when an expectation fails. */
export function testFile(given: string, options: TestOptions, surroundings: Surroundings): ExitCode {
  const parsed = readParsed(given, surroundings);
  if (parsed === null) return 1;
  const session = placesFrom(options);
  const { manifest, context } = whereItApplies(parsed.manifest, session);
  const policy = policyFromManifest(manifest, context);
  if (!policy.ok) {
    complainAbout([placed(problemOfPolicy(policy.error), parsed.places)], parsed.file.path, surroundings);
    return 1;
  }
  const outcomes = eventsOf(options).map((event) => judge(event, policy.value, session));
  const failed = outcomes.filter(({ ok }) => !ok).length;
  if (options.json === true) surroundings.print(JSON.stringify(asJson(parsed, outcomes, failed), null, 2));
  else report(parsed, outcomes, failed, surroundings);
  return failed > 0 ? 1 : 0;
}

function eventsOf({ event, events, expect }: TestOptions): ExpectedEvent[] {
  const expected = expect.map((text) => {
    const parsed = parseExpectation(text);
    if (!parsed.ok) throw new CommandError(parsed.error.message, parsed.error.remedy);
    return parsed.value;
  });
  if (expected.length > 1 && expected.length !== event.length)
    throw new CommandError(
      `there are ${event.length} events and ${expected.length} expectations`,
      'Give one --expect for all events, or one for each.',
    );
  const named = event.map((text, index) => ({ text, expect: expected[expected.length === 1 ? 0 : index] ?? null }));
  const all = [...named, ...(events === undefined ? [] : readEvents(events))];
  if (all.length === 0)
    throw new CommandError('there is no event to judge', "Give one: --event 'read ~/.ssh/id_rsa', or --events FILE");
  return all;
}

function readEvents(path: string): readonly ExpectedEvent[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (thrown) {
    throw cannot(`read ${path}`, thrown, 'Name a file of lines {"event": …, "expect": …}.');
  }
  const parsed = parseEventLines(text);
  if (!parsed.ok) throw new CommandError(`${path}: ${parsed.error.message}`, parsed.error.remedy);
  return parsed.value;
}

function judge(event: ExpectedEvent, policy: Policy, context: BindContext): Outcome {
  const parsed = parseEvent(event.text, context);
  if (!parsed.ok) throw new CommandError(parsed.error.message, parsed.error.remedy);
  const judgement = judgeEvent(policy, loadLocations(context.home), parsed.value);
  return { ...event, judgement, ok: event.expect === null || event.expect === judgement.decision.verdict };
}

function report(
  { file, places }: ParsedFile,
  outcomes: readonly Outcome[],
  failed: number,
  { print }: Surroundings,
): void {
  for (const { text, expect, judgement, ok } of outcomes) {
    const { decision, origin, explanation } = judgement;
    const wanted = ok ? '' : `, expected ${word(expect)}`;
    const place = origin === null ? undefined : places.get(origin.pointer);
    const where = place === undefined ? '' : ` (${file.path}:${place.line}:${place.column})`;
    print(`${ok ? '' : 'FAILED '}${word(decision.verdict)}${wanted}: ${visible(text)}`);
    print(`    ${visible(explanation)}${where}`);
  }
  const judged = outcomes.filter(({ expect }) => expect !== null).length;
  if (judged > 0) print(`${judged - failed} as expected, ${failed} not`);
}

function word(verdict: string | null): string {
  return verdict === 'require_approval' ? 'ask' : (verdict ?? 'anything');
}

function asJson({ file, places }: ParsedFile, outcomes: readonly Outcome[], failed: number): object {
  return {
    file: file.path,
    failed,
    events: outcomes.map(({ text, expect, judgement: { decision, origin, explanation }, ok }) => ({
      event: text,
      verdict: decision.verdict,
      reason: decision.reason,
      location: decision.location ?? null,
      rule: origin === null ? null : { ...origin, ...places.get(origin.pointer) },
      explanation,
      expected: expect,
      ok,
    })),
  };
}
