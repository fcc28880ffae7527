import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { selfTest } from './self-test.ts';
import { staticFacts } from './static-facts.ts';

const folder = mkdtempSync(join(tmpdir(), 'doctor-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Uint8Array): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

const none = join(folder, 'none');

test('a kernel that could enforce shows it, and is still not said to', () => {
  const facts = staticFacts({
    kernel: '6.12.5-amd64',
    modules: file('lsm', 'lockdown,capability,bpf'),
    types: file('btf', ''),
    configs: [none, file('config.gz', gzipSync('CONFIG_A=y\nCONFIG_BPF_LSM=y\n'))],
  });
  expect(facts.checks.map((check) => check.ok)).toEqual([true, true, true, true]);
  expect(facts.state).toBe('not-enforcing');
});

test('each thing that is missing is named', () => {
  const facts = staticFacts({
    kernel: '5.10.0',
    modules: file('lsm', 'capability'),
    types: none,
    configs: [file('config', '# CONFIG_BPF_LSM is not set')],
  });
  expect(facts.checks.map((check) => check.ok)).toEqual([false, false, false, false]);
  expect(facts.checks.find((check) => check.name === 'BPF-LSM active')?.remedy).toContain('lsm=capability,bpf');
  const unknown = staticFacts({ kernel: '6.1.0', modules: none, types: none, configs: [none] });
  expect(unknown.checks.map((check) => check.ok)).toEqual([true, false, false, false]);
});

test('a self-test that gives no answer is reported with its last words', async () => {
  const crash = file('crash.ts', 'throw new Error("no kernel here");');
  expect(await selfTest(crash)).toMatchObject({ ok: false, error: expect.stringContaining('no kernel here') });
  const answer = file(
    'answer.ts',
    'console.log(JSON.stringify({state: "enforcing", kernel: "6.12", checks: []})); process.exitCode = 0;',
  );
  expect(await selfTest(answer)).toMatchObject({ ok: true, value: { state: 'enforcing' } });
});
