import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import rules from './vectors/rules.json' with { type: 'json' };

type Json = Record<string, unknown>;
type Vectors = {
  readonly accepted: ReadonlySet<string>;
  readonly refused: ReadonlySet<string>;
  readonly codes: ReadonlySet<string>;
};

const folder = new URL('./vectors/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.json') && name !== 'rules.json');
const read = (name: string): Json => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));

/** What is accepted and refused in a file, by the shapes that vectors have. */
function vectorsOf(file: string): Vectors {
  const accepted = new Set<string>();
  const refused = new Set<string>();
  const codes = new Set<string>();
  const visit = (value: unknown, list: string): void => {
    if (typeof value === 'string') (/refused$/i.test(list) ? refused : accepted).add(value);
    if (Array.isArray(value)) for (const item of value) visit(item, list);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
    const one = value as Json;
    const name = one.name ?? one.text ?? one.pattern ?? one.rule;
    if (typeof name !== 'string') return;
    const own = codesOf(one);
    for (const code of own) codes.add(code);
    const isRefused =
      own.length > 0 || one.valid === false || one.revocations === null || /^(refused|weak)$/i.test(list);
    (isRefused ? refused : accepted).add(name);
  };
  for (const [list, value] of Object.entries(read(file))) {
    if (list === 'about') continue;
    if (Array.isArray(value)) visit(value, list);
    else if (typeof value === 'object' && value !== null)
      for (const [inner, items] of Object.entries(value)) visit(items, inner);
  }
  for (const code of (read(file).codes as string[] | undefined) ?? []) codes.add(code);
  return { accepted, refused, codes };
}

function codesOf({ error, errors, code, codes, weakness }: Json): string[] {
  const list = [error, ...((errors as unknown[] | undefined) ?? [])].map(
    (one) => (one as Json | null | undefined)?.code,
  );
  return [...list, code, ...((codes as unknown[] | undefined) ?? []), weakness].filter(
    (one): one is string => typeof one === 'string',
  );
}

const vectors = new Map(files.map((file) => [file, vectorsOf(file)]));

describe('rules.json', () => {
  it.each(rules.rules)('$rule', ({ accepted, refused }) => {
    expect(accepted.length).toBeGreaterThan(0);
    expect(refused.length).toBeGreaterThan(0);
    const missing = (names: readonly string[], kind: 'accepted' | 'refused') =>
      names.filter((name) => {
        const [, file = '', vector = ''] = /^([a-z0-9-]+\.json): (.*)$/s.exec(name) ?? [];
        return !vectors.get(file)?.[kind].has(vector);
      });
    expect(missing(accepted, 'accepted')).toEqual([]);
    expect(missing(refused, 'refused')).toEqual([]);
  });
});

describe('codes', () => {
  const source = readFileSync(new URL('./problem.ts', import.meta.url), 'utf8');
  const unions = source.slice(0, source.indexOf('/** One reason why'));
  const all = [...unions.matchAll(/\| '([a-z0-9-]+)'/g)].map(([, code]) => code as string);

  it('of errors have a vector each', () => {
    const shown = new Set([...vectors.values()].flatMap(({ codes }) => [...codes]));
    expect(all.length).toBeGreaterThan(30);
    expect(all.filter((code) => !shown.has(code))).toEqual([]);
  });
});

describe('README.md', () => {
  it('names every file', () => {
    const page = readFileSync(new URL('README.md', folder), 'utf8');
    expect(files.filter((file) => !page.includes(`\`${file}\``))).toEqual([]);
  });

  it('is true that each file says what it is about', () => {
    expect(files.filter((file) => typeof read(file).about !== 'string')).toEqual([]);
  });
});
