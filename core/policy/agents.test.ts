import { describe, expect, it } from 'vitest';
import { AGENT_INTERPRETERS, AGENTS, SUGGESTIONS } from './agents.ts';
import { INTERPRETERS, interpreterNamed } from './interpreters.ts';
import { parsePattern } from './pattern/parse-pattern.ts';
import { recognise, type Sighting, suggest } from './recognise.ts';
import { inHomes, patternsOf } from './recognition.ts';
import { operandOf } from './script-operand.ts';

const HOME = '/home/u';
const NOTHING: Sighting = { executable: null, script: null, module: null, unit: null };
const NVM = `${HOME}/.nvm/versions/node/v22.9.0`;

describe('agents as data', () => {
  it('reads as patterns, every entry', () => {
    const patterns = [
      ...AGENTS.flatMap((agent) => patternsOf(agent, [HOME])),
      ...AGENT_INTERPRETERS.flatMap(({ files }) => files),
      ...SUGGESTIONS.flatMap((suggestion) => ('files' in suggestion ? suggestion.files : [])).flatMap((file) =>
        inHomes(file, [HOME]),
      ),
    ];
    for (const pattern of patterns) expect([pattern, parsePattern(pattern).ok]).toEqual([pattern, true]);
  });

  it('names each agent once, and interpreters that are known', () => {
    expect(new Set(AGENTS.map(({ id }) => id)).size).toBe(AGENTS.length);
    for (const { name } of AGENT_INTERPRETERS) expect(INTERPRETERS.map((one) => one.name)).toContain(name);
    for (const { number, id } of AGENTS) expect([id, AGENTS[number - 1]?.id]).toEqual([id, id]);
  });

  it('joins what each bears of waiting', () => {
    expect(AGENTS.find(({ id }) => id === 'codex')?.holdSeconds).toBe(9);
    expect(AGENTS.find(({ id }) => id === 'claude-code')?.holdSeconds).toBe(30);
  });

  it.each([
    ['claude-code', { executable: `${HOME}/.local/share/claude/versions/2.1.330` }],
    ['claude-code', { executable: '/usr/lib/node_modules/@anthropic-ai/claude-code/bin/claude.exe' }],
    [
      'claude-code',
      {
        executable:
          '/usr/lib/node_modules/@anthropic-ai/claude-code/node_modules/@anthropic-ai/claude-code-linux-x64/claude',
      },
    ],
    [
      'claude-code',
      { executable: '/usr/bin/node', script: `${HOME}/.claude/local/node_modules/@anthropic-ai/claude-code/cli.js` },
    ],
    ['codex', { executable: `${NVM}/bin/node`, script: `${NVM}/lib/node_modules/@openai/codex/bin/codex.js` }],
    [
      'codex',
      {
        executable: `${NVM}/lib/node_modules/@openai/codex-linux-x64/vendor/x86_64-unknown-linux-musl/codex/codex`,
      },
    ],
    [
      'gemini-cli',
      {
        executable: '/usr/bin/node',
        script: `${HOME}/.npm/_npx/ab12/node_modules/@google/gemini-cli/bundle/gemini.js`,
      },
    ],
    ['openclaw', { executable: '/usr/bin/node', script: '/usr/lib/node_modules/openclaw/openclaw.mjs' }],
    ['openclaw', { executable: '/usr/bin/node', unit: 'openclaw-gateway.service' }],
    ['openclaw', { executable: '/usr/bin/node', unit: 'openclaw-gateway-work.service' }],
    ['cursor-cli', { executable: `${HOME}/.local/share/cursor-agent/versions/2026.01.02-ab/node` }],
    ['aider', { executable: '/usr/bin/python3.11', module: 'aider' }],
    ['aider', { executable: '/usr/bin/python3.11', script: `${HOME}/.cache/uv/archive-v0/x1/bin/aider` }],
    ['opencode', { executable: `${HOME}/.opencode/bin/opencode` }],
    ['goose', { executable: `${HOME}/.local/bin/goose` }],
    ['pi', { executable: '/usr/bin/node', script: '/usr/lib/node_modules/@mariozechner/pi-coding-agent/dist/cli.js' }],
    [
      'qwen-code',
      { executable: '/usr/bin/node', script: `${HOME}/app/node_modules/@qwen-code/qwen-code/cli-entry.js` },
    ],
  ])('%s is recognised by %j', (id, seen) => {
    expect(recognise({ ...NOTHING, ...seen }, [HOME])?.id).toBe(id);
  });

  it.each([
    { executable: '/usr/bin/node', script: `${HOME}/app/server.js` },
    { executable: '/usr/bin/node', script: `${HOME}/app/dist/index.js` },
    { executable: '/usr/bin/node', script: '/usr/lib/node_modules/npm/bin/npm-cli.js' },
    { executable: '/usr/bin/python3.11', module: 'http.server' },
    { executable: '/usr/share/code/code' },
    { executable: `${HOME}/go/bin/goose` },
    { executable: `${HOME}/claude` },
    { executable: '/home/other/.local/share/claude/versions/2.1.330' },
    { executable: `${HOME}/.local/share/claude/versions` },
    { executable: '/usr/bin/node', unit: 'my-openclaw-gateway.service' },
  ])('%j is no agent', (seen) => {
    expect(recognise({ ...NOTHING, ...seen }, [HOME])).toBeNull();
  });
});

describe('suggestions', () => {
  const hints = { sighting: NOTHING, title: 'python3', environment: [], pythonText: null };

  it.each([
    ['by what it calls itself', { title: 'openclaw-gateway' }, 'OpenClaw'],
    ['by what it imports', { pythonText: 'import os\nfrom langchain.agents import x\n' }, 'a Python program'],
    ['by what it was started with', { environment: ['PATH', 'CLAUDECODE'] }, 'a process of Claude Code'],
    ['by its package', { sighting: { ...NOTHING, script: '/x/node_modules/my-agent/dist/cli.js' } }, 'an agent'],
    ['by its place', { sighting: { ...NOTHING, executable: '/usr/share/code/code' } }, 'an editor with agents'],
  ])('%s', (_, seen, name) => {
    expect(suggest({ ...hints, ...seen }, [HOME])?.name).toContain(name);
  });

  it.each([
    { pythonText: 'import langchainless\n# import langchain\n' },
    { environment: ['PATH', 'HOME'] },
    { sighting: { ...NOTHING, script: '/x/node_modules/express/index.js' } },
  ])('not %j', (seen) => {
    expect(suggest({ ...hints, ...seen }, [HOME])).toBeNull();
  });
});

describe('what an interpreter is told to run', () => {
  it.each([
    ['node', ['--no-warnings', '-r', './pre.js', 'cli.js', '-p'], { kind: 'script', path: 'cli.js' }],
    ['node', ['-e', '1', 'cli.js'], { kind: 'none' }],
    ['node', ['--', 'cli.js'], { kind: 'script', path: 'cli.js' }],
    ['node', [], { kind: 'none' }],
    ['python3', ['-u', '-m', 'aider', 'x'], { kind: 'module', name: 'aider' }],
    ['python3', ['-'], { kind: 'none' }],
    ['bun', ['run', 'a.ts'], { kind: 'script', path: 'a.ts' }],
    ['bash', ['-c', 'claude'], { kind: 'none' }],
    ['bash', ['+x', '/x/cursor-agent'], { kind: 'script', path: '/x/cursor-agent' }],
  ])('%s %j', (name, words, operand) => {
    const interpreter = interpreterNamed(name);
    if (!interpreter) throw new Error(name);
    expect(operandOf(interpreter, words)).toEqual(operand);
  });
});
