import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Manifest } from '../../core/manifest/index.ts';
import { type Ask, askTool, egressSymbols } from './egress-symbols.ts';

const manifest = (egress: string[]): Manifest => ({
  skill_id: 's',
  version: '1',
  permissions: { network: { egress } },
  hashes: {},
});

/** pip's words, and what comes with it. */
const pip =
  (index: string): Ask =>
  async ([tool]) =>
    tool === 'pip'
      ? `  -r, --requirement <file>\n  -i, --index-url <url>   Base URL (default ${index}). This should\n  --no-index\n`
      : 'https://index.example/simple files.example\n';

test.each([
  ['https://packages.example/npm/', 'packages.example:443'],
  ['http://127.0.0.1:4873/\n', '127.0.0.1:4873'],
  ['http://[::1]:4873', '[::1]:4873'],
  ['http://mirror.example', 'mirror.example:80'],
])('npm fetches from %j', async (printed, host) => {
  expect(await egressSymbols(manifest(['@npm']), async () => printed)).toEqual({ '@npm': host });
});

test.each(['', 'undefined', 'file:///srv/packages', 'nonsense'])(
  'npm that prints %j stands for nothing',
  async (printed) => {
    expect(await egressSymbols(manifest(['@npm']), async () => printed)).toEqual({});
  },
);

test.each([
  ['its own', 'https://index.example/simple', 'index.example:443 files.example:443'],
  ['another', 'http://127.0.0.1:3141/root/pypi/+simple/', '127.0.0.1:3141'],
])('pip asks %s index', async (_, index, hosts) => {
  expect(await egressSymbols(manifest(['@pypi']), pip(index))).toEqual({ '@pypi': hosts });
});

test('pip without a Python that knows it', async () => {
  const ask: Ask = (tool) => (tool[0] === 'pip' ? pip('https://index.example/simple')(tool) : Promise.resolve(''));
  expect(await egressSymbols(manifest(['@pypi']), ask)).toEqual({ '@pypi': 'index.example:443' });
});

test.each(['', 'pip: no such option', '--index-url <url> a place'])(
  'pip that prints %j stands for nothing',
  async (printed) => {
    expect(await egressSymbols(manifest(['@pypi']), async () => printed)).toEqual({});
  },
);

describe('tools as they are installed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ringfence-tools-'));

  test('what an agent or a repository has put into the workspace opens and runs nothing', async () => {
    const workspace = join(folder, 'workspace');
    const marks = join(folder, 'marks');
    mkdirSync(join(workspace, 'pip/_internal/models'), { recursive: true });
    writeFileSync(join(workspace, '.npmrc'), 'registry=https://evil.example/\n');
    writeFileSync(join(workspace, 'package.json'), '{}');
    const planted = join(workspace, 'node_modules/.bin');
    mkdirSync(planted, { recursive: true });
    for (const tool of ['npm', 'node', 'pip', 'python3'])
      writeFileSync(join(planted, tool), `#!/bin/sh\necho ran >> ${marks}\necho https://evil.example/\n`, {
        mode: 0o755,
      });
    for (const at of ['pip', 'pip/_internal', 'pip/_internal/models'])
      writeFileSync(join(workspace, at, '__init__.py'), `open(${JSON.stringify(marks)}, "a").write("ran ")\n`);
    writeFileSync(
      join(workspace, 'pip/_internal/models/index.py'),
      'class PyPI: simple_url = "https://evil.example/simple"; file_storage_domain = "evil.example"\n',
    );
    const inWorkspace = (program: string, words: string[]) =>
      execFileSync(program, words, { cwd: workspace, encoding: 'utf8' });
    const asNpmRuns = {
      cwd: workspace,
      encoding: 'utf8',
      env: { ...process.env, PATH: `${planted}:${process.env.PATH}` },
    } as const;
    // control: tools that are asked there say and run what lies there
    expect(inWorkspace('npm', ['config', 'get', 'registry'])).toContain('evil.example');
    expect(inWorkspace('python3', ['-c', 'import pip._internal.models.index'])).toBe('');
    expect(readFileSync(marks, 'utf8')).toContain('ran');
    rmSync(marks);
    expect(execFileSync('npm', ['config', 'get', 'registry'], asNpmRuns)).toContain('evil.example');
    expect(readFileSync(marks, 'utf8')).toContain('ran');
    rmSync(marks);
    const program = [
      `import { egressSymbols } from ${JSON.stringify(join(import.meta.dirname, 'egress-symbols.ts'))};`,
      "const permissions = { network: { egress: ['@npm', '@pypi'] } };",
      'console.log(JSON.stringify(await egressSymbols({ permissions })));',
    ];
    const words = ['--input-type=module', '-e', program.join('\n')];
    const found = execFileSync(process.execPath, words, asNpmRuns);
    expect(JSON.parse(found)).toHaveProperty('@npm');
    expect(found).not.toContain('evil');
    expect(existsSync(marks)).toBe(false);
  });

  const inEnvironment: Ask = (tool) => askTool(tool, `${folder}/bin:${process.env.PATH}`);

  beforeAll(() => {
    execFileSync('python3', ['-m', 'venv', folder], { stdio: 'ignore' });
    vi.stubEnv('PIP_CONFIG_FILE', '/dev/null');
    vi.stubEnv('PIP_INDEX_URL', undefined);
  }, 120_000);

  afterAll(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });

  test('nobody has told pip of an index', async () => {
    const found = await egressSymbols(manifest(['@pypi', '@npm']), inEnvironment);
    expect(found['@pypi']).toMatch(/^\S+:443 \S+:443$/);
    expect(found['@npm']).toMatch(/^\S+:\d+$/);
  });

  test('somebody has', async () => {
    vi.stubEnv('PIP_INDEX_URL', 'http://127.0.0.1:3141/simple');
    expect(await egressSymbols(manifest(['@pypi']), inEnvironment)).toEqual({ '@pypi': '127.0.0.1:3141' });
  });
});

test('no tool is asked that the manifest does not name', async () => {
  const asked: string[] = [];
  await egressSymbols(manifest(['@npm', '192.0.2.1:443']), async ([tool]) => {
    asked.push(tool);
    return '';
  });
  expect(asked).toEqual(['npm']);
});
