# needs: node
printf 'export const add = (a, b) => a + b;\n' >add.mjs
cat >add.test.mjs <<'J'
import assert from 'node:assert';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { add } from './add.mjs';
describe('adding', () => {
  it('adds', () => assert.equal(add(2, 3), 5));
  it('keeps files apart', async () => rm(await mkdtemp(join(tmpdir(), 'add-')), { recursive: true }));
  it('fails', { todo: true }, () => assert.equal(add(2, 2), 5));
});
J
node --test --test-reporter=tap | grep -v duration_ms
