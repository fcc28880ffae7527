// The unit tests, or those whose path matches the arguments, with a closing line that can be added up.
import { startVitest } from 'vitest/node';
import { tellOutcome } from './vitest-outcome.ts';

const patterns = process.argv.slice(2);
const vitest = await startVitest('test', patterns, { run: true, watch: false });
await vitest.close();
const isGood = tellOutcome('unit', vitest);
if (vitest.state.getTestModules().length === 0) console.error('No unit test matches.');
process.exitCode = isGood ? 0 : 1;
