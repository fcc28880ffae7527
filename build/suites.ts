import type { Suite } from './suite.ts';

/** Need neither a compiler nor a kernel. Minutes are half as many again as a quiet machine of two processors takes, so that a busy one passes. */
export const CHECKS: readonly Suite[] = [
  {
    name: 'lint',
    script: 'node_modules/@biomejs/biome/bin/biome',
    arguments: ['check', '--error-on-warnings', '.'],
    budget: 1,
  },
  { name: 'types', script: 'node_modules/typescript/bin/tsc', arguments: ['--project', '.'], budget: 2 },
  {
    name: 'types of the page',
    script: 'node_modules/typescript/bin/tsc',
    arguments: ['--project', 'renderer'],
    budget: 1,
  },
  { name: 'layering', script: 'build/layering.ts', arguments: [], budget: 1 },
];

const BUILD: Suite = { name: 'build', script: 'build/build.ts', arguments: ['--desktop'], budget: 2 };
/** Short form: the full one, ten million inputs, is `npm run fuzz -- --full`. */
const FUZZ: Suite = { name: 'fuzz', script: 'test/fuzz/main.ts', arguments: [], budget: 2 };
const UNIT: Suite = { name: 'unit', script: 'build/unit.ts', arguments: [], budget: 9 };

/** The windows' page in a browser against scripted scenes, then the desktop app in its Electron against a scripted helper. */
const ON_A_DISPLAY: readonly Suite[] = [
  { name: 'renderer', script: 'test/renderer/main.ts', arguments: [], budget: 12 },
  { name: 'e2e', script: 'test/e2e/main.ts', arguments: [], budget: 10 },
];

/** Boot both kernels at once; each prints a closing line of its own. */
const IN_GUEST: readonly Suite[] = [
  { name: 'kernel', script: 'test/kernel/main.ts', arguments: [], budget: 40 },
  { name: 'conformance', script: 'test/conformance/main.ts', arguments: [], budget: 10 },
  /** Each kernel half of the attacks and of everyday work: `npm run attacks` has all on both. */
  { name: 'attacks', script: 'test/attacks/main.ts', arguments: ['--share'], budget: 12 },
];

/** Real agents at their tasks: the short form is one task and one attack of each. */
const AGENTS: Suite = {
  name: 'agents',
  script: 'test/agents/main.ts',
  arguments: [],
  budget: Number.POSITIVE_INFINITY,
};
const SHORT_AGENTS: Suite = { ...AGENTS, budget: 25 };

/** All of `npm test`, quickest first. `--full` asks the guest suites for their long form. */
export function allSuites(full: boolean): Suite[] {
  return [
    ...CHECKS,
    BUILD,
    UNIT,
    FUZZ,
    ...ON_A_DISPLAY,
    ...(full ? [...IN_GUEST, AGENTS].map(asFull) : [...IN_GUEST, SHORT_AGENTS]),
  ];
}

/** The long form is for a person who has the time: no budget. */
function asFull(suite: Suite): Suite {
  return { ...suite, arguments: [...suite.arguments, '--full'], budget: Number.POSITIVE_INFINITY };
}
