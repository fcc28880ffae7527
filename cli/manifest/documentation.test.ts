import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseManifest } from '../../core/manifest/index.ts';
import { manifestJsonSchema } from '../../core/manifest/json-schema.ts';
import { decodeSignatureValue } from '../../core/manifest/signature-form.ts';

const page = readFileSync(new URL('../../docs/manifest.md', import.meta.url), 'utf8');

describe('docs/manifest.md', () => {
  it('shows a manifest that is well formed, without warnings', () => {
    const example = /```json\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
    const parsed = parseManifest(new TextEncoder().encode(example));
    expect(parsed).toMatchObject({ ok: true, warnings: [] });
    expect(parsed.ok && decodeSignatureValue(parsed.value.signature?.value ?? '')).toMatchObject({ ok: true });
  });

  it('names every error code', () => {
    const source = readFileSync(new URL('../../core/manifest/problem.ts', import.meta.url), 'utf8');
    const unions = source.slice(0, source.indexOf('/** One reason why'));
    const codes = [...unions.matchAll(/\| '([a-z0-9-]+)'/g)].map(([, code]) => code);
    expect(codes.length).toBeGreaterThan(30);
    expect(codes.filter((code) => !page.includes(`\`${code}\``))).toEqual([]);
  });

  it('has the JSON Schema that the code has', () => {
    const published = readFileSync(new URL('../../docs/clawmanifest.schema.json', import.meta.url), 'utf8');
    // when it does not: node build/manifest-schema.ts
    expect(JSON.parse(published)).toEqual(manifestJsonSchema());
  });

  it('shows the error text as it is printed', () => {
    const text =
      '{"skill_id":"s","version":"1","permissions":{"filesystem":{"read":["/a","$HOME/notes"]}},"hashes":{}}';
    const parsed = parseManifest(new TextEncoder().encode(JSON.stringify(JSON.parse(text), null, 2)));
    expect(parsed.ok).toBe(false);
    if (!parsed.ok)
      expect(page).toContain(
        `${parsed.error.line}:${parsed.error.column}: ${parsed.error.message}\n    ${parsed.error.remedy}`,
      );
  });
});
