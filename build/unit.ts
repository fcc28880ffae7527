// The unit tests, or those whose path matches the arguments, with a closing line that can be added up.
import { startVitest } from 'vitest/node';

const vitest = await startVitest('test', process.argv.slice(2), { run: true, watch: false });
await vitest.close();

const tests = vitest.state.getTestModules().flatMap((module) => [...module.children.allTests()]);
const inState = (state: string) => tests.filter((test) => test.result().state === state).length;
const passed = inState('passed');
// A file that does not load has no tests to count; an error outside any test fails the run as well.
const broken = vitest.state.getTestModules().filter((module) => module.errors().length > 0).length;
const failed = tests.length - passed + broken + vitest.state.getUnhandledErrors().length;

console.log(`unit: ${passed} passed, ${failed} failed`);
if (passed + failed === 0) console.error('No unit test matches.');
process.exitCode = passed > 0 && failed === 0 ? 0 : 1;
