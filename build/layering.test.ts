import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import rules from '../.dependency-cruiser.mjs';
import { checkLayering, type LayeringViolation } from './layering.ts';
import { ROOT } from './root.ts';

// One file per rule that breaks it, and neighbours that break none.
const FILES: Record<string, string> = {
  'core/good.ts': `import { z } from 'zod';\nimport type { Other } from './other.ts';\nexport const a: Other = z;\n`,
  'core/other.ts': 'export type Other = unknown;\n',
  'core/good.test.ts': `import 'node:fs';\nimport 'vitest';\nimport './good.ts';\n`,
  'core/testing/good.ts': `import 'fast-check';\n`,
  'core/reaches-out.ts': `import type { C } from '../client/good.ts';\nexport type D = C;\n`,
  'core/does-io.ts': `import 'node:fs';\n`,
  'core/impure.ts': `import 'pino';\n`,
  'client/good.ts': `import { a } from '../core/good.ts';\nimport 'node:net';\nexport type C = typeof a;\n`,
  'client/bad.ts': `import '../helper/good.ts';\n`,
  'helper/good.ts': `import '../core/good.ts';\nimport '../native/kernel/index.ts';\n`,
  'helper/bad.ts': `import '../client/good.ts';\n`,
  'cli/good.ts': `import '../client/good.ts';\nimport '../native/launch/index.ts';\n`,
  'cli/bad.ts': `import '../helper/good.ts';\n`,
  'cli/loads-kernel.ts': `import '../native/kernel/index.ts';\n`,
  'cli/dev.ts': `import 'vitest';\n`,
  'cli/imports-test.ts': `import '../core/good.test.ts';\n`,
  'electron/good.ts': `import 'electron';\nimport '../client/good.ts';\n`,
  'electron/dev.ts': `import 'vitest';\n`,
  'electron/bad.ts': `import '../helper/good.ts';\n`,
  'renderer/bad.ts': `import '../client/good.ts';\n`,
  'renderer/privileged.ts': `import 'node:child_process';\n`,
  'native/kernel/index.ts': 'export {};\n',
  'native/kernel/bad.ts': `import '../launch/index.ts';\n`,
  'native/launch/index.ts': 'export {};\n',
  'native/launch/bad.ts': `import '../../client/good.ts';\n`,
  'cli/circle-a.ts': `import './circle-b.ts';\n`,
  'cli/circle-b.ts': `import './circle-a.ts';\n`,
  'cli/nowhere.ts': `import './nowhere-to-be-found.ts';\n`,
};

const EXPECTED = [
  ['core-imports', 'core/reaches-out.ts'],
  ['core-is-pure', 'core/does-io.ts'],
  ['core-packages', 'core/impure.ts'],
  ['client-imports', 'client/bad.ts'],
  ['helper-imports', 'helper/bad.ts'],
  ['cli-imports', 'cli/bad.ts'],
  ['electron-imports', 'electron/bad.ts'],
  ['renderer-imports', 'renderer/bad.ts'],
  ['native-kernel-imports', 'native/kernel/bad.ts'],
  ['native-launch-imports', 'native/launch/bad.ts'],
  ['kernel-addon-is-for-helper', 'cli/loads-kernel.ts'],
  ['renderer-has-no-privilege', 'renderer/privileged.ts'],
  ['product-needs-no-dev-package', 'cli/dev.ts'],
  ['electron-needs-no-dev-package', 'electron/dev.ts'],
  ['no-import-of-tests', 'cli/imports-test.ts'],
  ['no-cycles', 'cli/circle-a.ts'],
  ['resolvable', 'cli/nowhere.ts'],
] as const;

let root: string;
let violations: LayeringViolation[];

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'ringfence-layering-'));
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  symlinkSync(join(ROOT, 'package.json'), join(root, 'package.json'));
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  ({ violations } = await checkLayering(root));
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

test.each(EXPECTED)('%s is broken by %s', (rule, from) => {
  expect(violations.map((violation) => `${violation.rule}: ${violation.from}`)).toContain(`${rule}: ${from}`);
});

test('every rule has a file that breaks it', () => {
  expect(EXPECTED.map(([rule]) => rule).sort()).toEqual(rules.forbidden.map((rule) => rule.name).sort());
});

test('what is allowed breaks none', () => {
  expect(violations.filter(({ from }) => /\/(good|other|index)(\.test)?\.ts$/.test(from))).toEqual([]);
});
