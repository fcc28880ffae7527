import { describe, expect, test } from 'vitest';
import { parseManifest } from '../../../core/manifest/parse.ts';
import type { Manifest } from '../../../core/manifest/schema.ts';
import { text } from '../../text/en.ts';
import { type SummaryEntry, type SummaryGroup, summaryOf } from './summary-rows.ts';
import { EVERYTHING } from './testing/everything.ts';

function summaryFor(manifest: Manifest): SummaryGroup[] {
  const parsed = parseManifest(new TextEncoder().encode(JSON.stringify(manifest)));
  if (!parsed.ok) throw new Error(parsed.error.message);
  return summaryOf(parsed.value, parsed.warnings);
}
const rowsOf = (groups: readonly SummaryGroup[]) => groups.flatMap(({ rows }) => rows);
const lines = (groups: readonly SummaryGroup[]) =>
  rowsOf(groups).flatMap(({ label, entries }) => entries.map((entry) => `${label}: ${line(entry)}`));
const line = ({ text: said, sha256, detail, code, note }: SummaryEntry) =>
  [said, sha256 && `sha256:${sha256}`, detail, code && `(${code})`, note && `[${note}]`].filter(Boolean).join(' ');
const SHORT: Manifest = { skill_id: 's', version: '1', permissions: {}, hashes: {} };

/** Every value in it, with the way there. */
function leaves(value: unknown, steps: readonly string[]): { readonly at: string; readonly value: unknown }[] {
  if (typeof value !== 'object' || value === null) return [{ at: steps.join('.'), value }];
  const inner = Array.isArray(value) ? value.map((one) => ['', one] as const) : Object.entries(value);
  return inner.flatMap(([name, one]) => leaves(one, name === '' ? steps : [...steps, name]));
}

/** What is said in words, in place of the manifest's own letters. */
const IN_WORDS: Readonly<Record<string, string>> = {
  'permissions.network.dns': text.manifest.dnsSays,
  'permissions.network.via': text.manifest.viaSays,
  'permissions.broad': text.manifest.broadMeantSays,
};

describe('whatever a manifest grants, asks about, denies, or limits is shown', () => {
  const { permissions, limits, applies_to, critical } = EVERYTHING;
  const shown = lines(summaryFor(EVERYTHING));
  test.each(leaves({ permissions, limits, applies_to, critical }, []))('$at: $value', ({ at, value }) => {
    const said = IN_WORDS[at] ?? (typeof value === 'number' ? value.toLocaleString('en') : String(value));
    expect(shown.filter((one) => one.includes(said))).not.toEqual([]);
  });

  test('each in the group of what it does', () => {
    const groups = summaryFor(EVERYTHING);
    expect(groups.map(({ is }) => is)).toEqual(['grants', 'asks', 'denies', 'limits', 'about']);
    const denied = lines(groups.filter(({ is }) => is === 'denies'));
    expect(denied).toEqual([
      'Never touches: ~/read/deny/**',
      'Never connects to: 192.0.2.3',
      'Never gets from the environment: DENY_*',
    ]);
  });
});

test('what is empty is not shown, and nothing at all is said to be that', () => {
  const empty = { filesystem: { read: [], deny: [] }, exec: [], require_approval: { classes: [] } };
  expect(summaryFor({ ...SHORT, permissions: empty })).toEqual([]);
  expect(summaryFor(SHORT)).toEqual([]);
});

test('an environment of nothing restricts, and is shown', () => {
  const permissions = { env: { pass: [] } };
  expect(lines(summaryFor({ ...SHORT, permissions }))).toEqual([
    `Gets from the environment: ${text.manifest.environmentNone}`,
  ]);
});

test('entries that are not what they seem say so', () => {
  const permissions = {
    broad: true,
    filesystem: { read: ['/srv/**', '/**'] },
    network: { egress: ['example.org:443'] },
    require_approval: { network: { egress: ['example.com'] } },
  };
  expect(lines(summaryFor({ ...SHORT, permissions }))).toEqual([
    'May read: /srv/**',
    'May read: /** [broad]',
    'May connect to: example.org:443',
    `Broad grants: ${text.manifest.broadMeantSays}`,
    'Asks before it connects to: example.com',
  ]);
});

test('fields that no version had yet are shown as they stand, with what they come to', () => {
  const later = { ...SHORT, own_field: { a: [1, { b: true }] } } as Manifest;
  expect(lines(summaryFor(later))).toEqual(['own_field: a: 1 [unknown]', 'own_field: a: b: true [unknown]']);
});
