/** Agents unmodified from their packages, asked for their version: each is recognised in every way that its package offers. */
import { spawn } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { HOME, until } from '../installed.ts';
import type { Tally } from '../tally.ts';
import { NODE } from './layouts.ts';
import { PATH, recognisedIn } from './runs.ts';
import { shown } from './sessions.ts';

interface RealAgent {
  readonly agent: string;
  /** As its package installs it. */
  readonly command: string;
  readonly script?: string;
  /** What the script stands for. */
  readonly native?: string;
}

const AGENTS: readonly RealAgent[] = [
  { agent: 'pi', command: 'pi', script: '@mariozechner/pi-coding-agent/dist/cli.js' },
  {
    ...{ agent: 'codex', command: 'codex', script: '@openai/codex/bin/codex.js' },
    native: '@openai/codex-linux-x64/vendor/x86_64-unknown-linux-musl/bin/codex',
  },
  { agent: 'gemini-cli', command: 'gemini', script: '@google/gemini-cli/bundle/gemini.js' },
  { agent: 'qwen-code', command: 'qwen', script: '@qwen-code/qwen-code/cli-entry.js' },
  {
    ...{ agent: 'claude-code', command: 'claude', script: '@anthropic-ai/claude-code/cli-wrapper.cjs' },
    native: '@anthropic-ai/claude-code-linux-x64/claude',
  },
  { agent: 'opencode', command: 'opencode', native: 'opencode-linux-x64-baseline/bin/opencode' },
  { agent: 'openclaw', command: 'openclaw', script: 'openclaw/openclaw.mjs' },
];
const NPX = '/usr/lib/node_modules/npm/bin/npx-cli.js';
const PATIENCE_MS = 120_000;

/** Each as a whole command, by how it is started. */
function waysOf({ command, script, native }: RealAgent, folder: string): Record<string, readonly string[]> {
  const modules = join(folder, 'node_modules');
  const [file, ...words] = native ? [join(modules, native)] : [NODE, join(modules, script ?? '')];
  const line = [file, ...words, '--version'].join(' ');
  return {
    ...(native && { native: [file, '--version'] }),
    ...(script && { 'by Node': [NODE, join(modules, script), '--version'] }),
    ...(script && !script.endsWith('.cjs') && asInstalled(join(modules, script), command, folder)),
    'by another name': ['/bin/bash', '-c', `exec -a renamed ${line}`],
    'from an editor’s terminal': ['env', 'TERM_PROGRAM=vscode', '/bin/bash', '-c', `${line}; true`],
  };
}

/** By what the package has as its command. */
function asInstalled(script: string, command: string, folder: string): Record<string, readonly string[]> {
  return {
    'from a shell': ['/bin/sh', '-c', `exec ${script} --version`],
    npx: ['/bin/sh', '-c', `cd ${folder} && ${NODE} ${NPX} --offline --no ${command} -- --version`],
  };
}

export async function realAgents(tally: Tally, folder: string): Promise<void> {
  const versions: string[] = [];
  for (const real of AGENTS) {
    for (const [how, command] of Object.entries(waysOf(real, folder))) {
      const { said, found } = await recognisedIn(['timeout', '120', ...command], 1);
      const names = found.map(({ skill_id, path }) => `${skill_id} ${path}`).join(', ');
      const isOne = found.length === 1 && found[0]?.skill_id === real.agent;
      tally.check(`${real.agent}, ${how}: recognised, once`, isOne, names);
      tally.check(
        `${real.agent}, ${how}: it starts`,
        /[0-9]+\.[0-9]+/.test(said.stdout + said.stderr),
        `${said.stdout.slice(0, 200)} ${said.stderr.slice(-300)}`,
      );
      versions.push(`${real.agent} ${how} ${(said.stdout || said.stderr).trim().split('\n')[0] ?? ''}`);
    }
  }
  console.log(`    ${versions.join('; ')}`);
}

/** Begins each of them, and stops it at its beginning. To be called before the first start of the helper. Returns what is to be checked after it. */
export async function startRealEarly(folder: string): Promise<(tally: Tally) => Promise<void>> {
  const modules = join(folder, 'node_modules');
  const begun: { readonly agent: string; readonly pid: number; readonly ended: Promise<unknown> }[] = [];
  for (const { agent, script, native } of AGENTS) {
    const words = native ? [join(modules, native)] : [NODE, join(modules, script ?? '')];
    const as = ['--reuid', '1000', '--regid', '1000', '--clear-groups', 'env', `HOME=${HOME}`, `PATH=${PATH}`];
    const child = spawn('setpriv', [...as, ...words, '--version'], { stdio: 'ignore' });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    const pid = child.pid ?? 0;
    const isThere = () => !/\/(setpriv|env)$/.test(readlinkSync(`/proc/${pid}/exe`));
    if (!(await until(isThere, PATIENCE_MS))) throw new Error(`${agent} does not begin`);
    process.kill(pid, 'SIGSTOP');
    begun.push({ agent, pid, ended });
  }
  return async (tally) => {
    const lateAs = (pid: number) =>
      shown().find(({ recognised, pids }) => recognised?.since === 'late' && pids.includes(pid))?.skillId;
    for (const { agent, pid } of begun) {
      const isFound = await until(() => lateAs(pid) === agent, PATIENCE_MS);
      tally.check(`${agent}, that ran already: recognised late`, isFound, JSON.stringify(shown()));
    }
    for (const { pid } of begun) process.kill(pid, 'SIGCONT');
    await Promise.all(begun.map(({ ended }) => ended));
  };
}
