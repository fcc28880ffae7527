import { expect, it } from 'vitest';
import { parseManifest } from './parse.ts';
import vectors from './vectors/trust-fields.json' with { type: 'json' };

it.each(vectors.cases)('$name', ({ manifest, errors }) => {
  const parsed = parseManifest(new TextEncoder().encode(JSON.stringify(manifest, null, 2)));
  const found = parsed.ok ? [] : [parsed.error, ...(parsed.error.more ?? [])];
  expect(found.map(({ code, pointer }) => ({ code, pointer }))).toEqual(errors);
  for (const { remedy, line } of found) {
    expect(remedy).toMatch(/\w/);
    expect(line).toBeGreaterThan(0);
  }
});
