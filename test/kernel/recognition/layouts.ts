/** Stand-ins for agents, laid out as their packages and installers lay them out, and the ways in which they are started. */
import { chmodSync, copyFileSync, existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { give, HOME } from '../installed.ts';

export const KEY = `${HOME}/.ssh/id_rsa`;
/** The machine's own may be too old for process.execve. */
const RUNTIME = '/opt/ringfence/runtime/bin/node';
export const BIN = `${HOME}/.local/bin`;
export const NODE = `${HOME}/.nvm/versions/node/v26/bin/node`;
const MODULES = `${HOME}/.nvm/versions/node/v26/lib/node_modules`;
const NPX = `${HOME}/.npm/_npx/0a1b2c3d/node_modules`;

const SAY = `const word = (error) => (error ? (error.code === 'EPERM' ? 'refused' : error.code) : 'read');
const now = () => { try { fs.readFileSync('${KEY}'); return 'read'; } catch (error) { return word(error); } };
const said = now();
fs.readFile('${KEY}', (error) => {
  console.log(said, word(error));
  process.title = 'renamed-title';
  if (process.argv[2] === 'wait') process.stdin.resume().on('end', () => console.log(now()));
});
`;
const NODE_MODULE = `#!/usr/bin/env node\nimport fs from 'node:fs';\n${SAY}`;
const NODE_SCRIPT = `#!/usr/bin/env node\nconst fs = require('node:fs');\n${SAY}`;
const PYTHON_SCRIPT = `#!/usr/bin/python3
try:
    open('${KEY}').close()
    print('read')
except OSError as error:
    print('refused' if error.errno == 1 else error.errno)
`;

/** What a run says whose first statement, and every later one, was refused. */
export const REFUSED = /^refused( refused)?$/;

export interface Way {
  readonly agent: string;
  readonly how: string;
  readonly command: readonly string[];
}

function program(path: string, text: string): string {
  give(path, text);
  chmodSync(path, 0o755);
  return path;
}

function link(path: string, target: string): string {
  mkdirSync(dirname(path), { recursive: true });
  if (!existsSync(path)) symlinkSync(relative(dirname(path), target), path);
  return path;
}

/** Lays everything out, and returns the ways to start it. `reader`: the native stand-in. */
export function layOut(reader: string): Way[] {
  const native = (path: string): string => {
    mkdirSync(dirname(path), { recursive: true });
    copyFileSync(reader, path);
    chmodSync(path, 0o755);
    return path;
  };
  link(NODE, RUNTIME);
  const ways = [...claude(native), ...codex(native), ...scripts(), ...openclaw(), ...python(), ...others(native)];
  give(`${HOME}/agents-laid-out`, '');
  return ways;
}

type Native = (path: string) => string;

function claude(native: Native): Way[] {
  const version = native(`${HOME}/.local/share/claude/versions/2.1.330`);
  const linked = link(`${BIN}/claude`, version);
  const agent = 'claude-code';
  const npm = native(`${MODULES}/@anthropic-ai/claude-code/bin/claude.exe`);
  const old = program(`${HOME}/.claude/local/node_modules/@anthropic-ai/claude-code/cli.js`, NODE_MODULE);
  give(`${HOME}/.claude/local/node_modules/@anthropic-ai/claude-code/package.json`, '{"type":"module"}');
  return [
    { agent, how: 'native, by its version', command: [version] },
    { agent, how: 'native, by its link', command: [linked] },
    {
      agent,
      how: 'native, from a shell of a shell',
      command: ['/bin/bash', '-c', `/bin/sh -c '${linked}; true'; true`],
    },
    { agent, how: 'native, under another name', command: ['/bin/bash', '-c', `exec -a vim ${version}`] },
    { agent, how: 'npm, native', command: [npm] },
    { agent, how: 'npm, as it was', command: [NODE, '--no-warnings', old] },
  ];
}

function codex(native: Native): Way[] {
  const agent = 'codex';
  const own = native(`${MODULES}/@openai/codex-linux-x64/vendor/x86_64-unknown-linux-musl/codex/codex`);
  const shim = program(
    `${MODULES}/@openai/codex/bin/codex.js`,
    `#!/usr/bin/env node\nprocess.execve('${own}', ['${own}', ...process.argv.slice(2)], process.env);\n`,
  );
  const spawning = program(
    `${NPX}/@openai/codex/bin/codex.js`,
    `#!/usr/bin/env node\nprocess.exitCode = require('node:child_process').spawnSync('${own}', process.argv.slice(2), { stdio: 'inherit' }).status;\n`,
  );
  give(`${NPX}/@openai/codex/package.json`, '{}');
  give(`${MODULES}/@openai/codex/package.json`, '{}');
  return [
    { agent, how: 'native', command: [own] },
    {
      agent,
      how: 'its launcher becomes it (process.execve)',
      command: [link(`${HOME}/.nvm/versions/node/v26/bin/codex`, shim)],
    },
    { agent, how: 'its launcher starts it', command: [spawning] },
  ];
}

function scripts(): Way[] {
  const gemini = program(`${MODULES}/@google/gemini-cli/bundle/gemini.js`, NODE_MODULE);
  give(`${MODULES}/@google/gemini-cli/package.json`, '{"type":"module"}');
  program(`${MODULES}/@mariozechner/pi-coding-agent/dist/cli.js`, NODE_MODULE);
  give(`${MODULES}/@mariozechner/pi-coding-agent/package.json`, '{"type":"module"}');
  const qwen = program(`${NPX}/@qwen-code/qwen-code/cli-entry.js`, NODE_SCRIPT);
  return [
    { agent: 'gemini-cli', how: 'its script', command: [gemini] },
    { agent: 'gemini-cli', how: 'its link', command: [link(`${HOME}/.nvm/versions/node/v26/bin/gemini`, gemini)] },
    {
      agent: 'gemini-cli',
      how: 'by Node, with options',
      command: [NODE, '--max-old-space-size=512', '--no-warnings', gemini],
    },
    {
      agent: 'pi',
      how: 'from its folder',
      command: ['/bin/sh', '-c', `cd ${MODULES}/@mariozechner && exec ${NODE} ./pi-coding-agent/dist/cli.js`],
    },
    {
      agent: 'pi',
      how: 'from beside its folder',
      command: ['/bin/sh', '-c', `cd ${MODULES}/@google && exec ${NODE} ../@mariozechner/pi-coding-agent/dist/cli.js`],
    },
    { agent: 'qwen-code', how: 'npx', command: ['/bin/sh', '-c', link(`${NPX}/.bin/qwen`, qwen)] },
  ];
}

function openclaw(): Way[] {
  const agent = 'openclaw';
  const main = program(`${MODULES}/openclaw/openclaw.mjs`, NODE_MODULE);
  const shim = program(
    `${BIN}/openclaw`,
    `#!/bin/sh\nexec ${NODE} "${BIN}/../../.nvm/versions/node/v26/lib/node_modules/openclaw/openclaw.mjs" "$@"\n`,
  );
  const gateway = program(`${MODULES}/openclaw/dist/index.js`, NODE_SCRIPT);
  return [
    { agent, how: 'its script', command: [main] },
    { agent, how: 'a shim with “..” in its path', command: [shim] },
    { agent, how: 'its gateway, by Node', command: [NODE, gateway, 'gateway'] },
    { agent, how: 'with the root as its folder', command: ['/bin/sh', '-c', `cd / && ${main}`] },
  ];
}

function python(): Way[] {
  const agent = 'aider';
  const tool = program(`${HOME}/.local/share/uv/tools/aider-chat/bin/aider`, PYTHON_SCRIPT);
  const uvx = program(`${HOME}/.cache/uv/archive-v0/Zx9/bin/aider`, PYTHON_SCRIPT);
  give(`${HOME}/site/aider/__main__.py`, PYTHON_SCRIPT);
  return [
    { agent, how: 'its script', command: [tool] },
    { agent, how: 'its link', command: [link(`${BIN}/aider`, tool)] },
    { agent, how: 'uvx', command: [uvx] },
    {
      agent,
      how: 'as a module',
      command: ['/usr/bin/env', `PYTHONPATH=${HOME}/site`, '/usr/bin/python3', '-u', '-m', 'aider'],
    },
  ];
}

function others(native: Native): Way[] {
  const versions = `${HOME}/.local/share/cursor-agent/versions/2026.01.02-abc`;
  link(join(versions, 'node.real'), RUNTIME);
  const cursor = program(join(versions, 'index.js'), NODE_SCRIPT);
  const launcher = program(join(versions, 'cursor-agent'), `#!/bin/bash\nexec -a "$0" ${NODE} ${cursor} "$@"\n`);
  return [
    { agent: 'cursor-cli', how: 'its launcher becomes Node', command: [link(`${BIN}/cursor-agent`, launcher)] },
    { agent: 'opencode', how: 'its installer’s place', command: [native(`${HOME}/.opencode/bin/opencode`)] },
    { agent: 'opencode', how: 'npm', command: [native(`${MODULES}/opencode-linux-x64/bin/opencode`)] },
    { agent: 'goose', how: 'its installer’s place', command: [native(`${BIN}/goose`)] },
    { agent: 'goose', how: 'its desktop’s server', command: [native(`${HOME}/apps/goose/resources/bin/goosed`)] },
  ];
}
