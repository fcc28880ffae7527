// `npm test`: everything, each part timed against its budget. `npm test -- PATTERN`: the unit tests whose path matches.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { describe, runSuite, type SuiteResult } from './suite.ts';
import { allSuites } from './suites.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { full: { type: 'boolean', default: false }, json: { type: 'string' } },
});

const suites =
  positionals.length > 0
    ? [{ name: 'unit', script: 'build/unit.ts', arguments: positionals, budget: 2 }]
    : allSuites(values.full);

const results: SuiteResult[] = [];
for (const suite of suites) {
  const result = await runSuite(suite);
  results.push(result);
  if (suite.name === 'build' && result.failed > 0) break; // nothing after it would test this tree
}

const sum = (pick: (result: SuiteResult) => number) => results.reduce((total, result) => total + pick(result), 0);
const [passed, failed] = [sum((result) => result.passed), sum((result) => result.failed)];

console.log(`\n== all, ${(sum((result) => result.seconds) / 60).toFixed(1)} min`);
for (const result of results) console.log(describe(result));
if (values.json !== undefined)
  writeFileSync(values.json, `${JSON.stringify({ passed, failed, suites: results }, null, 2)}\n`);
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
