// `npm run check`: lint, types, layering. Seconds, no kernel, no compiler.
import { runSuite } from './suite.ts';
import { CHECKS } from './suites.ts';

let failed = 0;
for (const check of CHECKS) failed += (await runSuite(check)).failed;
process.exitCode = failed === 0 ? 0 : 1;
