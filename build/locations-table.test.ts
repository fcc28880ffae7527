import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CATALOGUE } from '../core/policy/catalogue.ts';
import { catalogueTable } from '../core/policy/catalogue-table.ts';
import { ROOT } from './root.ts';

test('docs/locations.md is what the data say: node build/locations-table.ts', () => {
  expect(readFileSync(join(ROOT, 'docs', 'locations.md'), 'utf8')).toBe(catalogueTable());
});

test('every location has a row', () => {
  const rows = catalogueTable().split('\n');
  for (const { name } of CATALOGUE.flatMap(({ locations }) => locations))
    expect(rows.filter((row) => row.startsWith(`| ${name} | `)).length, name).toBeGreaterThan(0);
});
