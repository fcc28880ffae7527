import type { TestCase, TestModule, Vitest } from 'vitest/node';

/** Prints what failed and why, a line each, and the closing line. @returns whether there were tests and all passed */
export function tellOutcome(name: string, vitest: Vitest): boolean {
  const modules = vitest.state.getTestModules();
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  const passed = tests.filter((test) => test.result().state === 'passed').length;
  // A file that does not load has no tests to count; an error outside any test fails the run as well.
  const failures = [
    ...tests.filter((test) => test.result().state !== 'passed').map(failureOf),
    ...modules.flatMap((module) =>
      module
        .errors()
        .slice(0, 1)
        .map(({ message }) => line(module, message)),
    ),
    ...vitest.state.getUnhandledErrors().map((error) => line(null, (error as { message?: string }).message)),
  ];
  for (const failure of failures) console.log(`not ok - ${failure}`);
  console.log(`${name}: ${passed} passed, ${failures.length} failed`);
  return passed > 0 && failures.length === 0;
}

function failureOf(test: TestCase): string {
  const { state, errors } = test.result();
  return line(test.module, `${test.fullName}: ${errors?.[0]?.message ?? state}`);
}

const line = (module: TestModule | null, message = 'no reason given'): string =>
  `${module === null ? 'outside of any test' : module.relativeModuleId}: ${message}`.replace(/\s*\n\s*/g, ' ');
