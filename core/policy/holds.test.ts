import { expect, test } from 'vitest';
import { holdSeconds } from './holds.ts';

test.each([
  [['codex', 'exec', 'do it'], 9],
  [['/usr/local/bin/codex'], 9],
  [['node', '--no-warnings', '/opt/agents/codex.js', 'exec'], 9],
  [['/usr/bin/env', 'openclaw', 'agent'], 9],
  [['npx', 'openclaw'], 9],
  [['openclaw.mjs'], 9],
  [['node', '/home/u/.npm-global/bin/pi', '-p', 'codex'], 90],
  [['claude', '-p', 'codex'], 30],
  [['node', 'server.js', 'codex'], 30],
  [['/home/u/codex/run.sh'], 30],
  [['node'], 30],
  [[], 30],
])('%j is held for %d seconds', (command, seconds) => {
  expect(holdSeconds(command)).toBe(seconds);
});
