/** Agents unmodified from their packages, asked for their version: each is recognised in every way that its package offers. */
import { join } from 'node:path';
import type { Tally } from '../tally.ts';
import { NODE } from './layouts.ts';
import { recognisedIn } from './runs.ts';

/** What each package's `bin` is, and the native program that it stands for, if any. */
const AGENTS: readonly { agent: string; script?: string; native?: string }[] = [
  { agent: 'pi', script: '@mariozechner/pi-coding-agent/dist/cli.js' },
  {
    ...{ agent: 'codex', script: '@openai/codex/bin/codex.js' },
    native: '@openai/codex-linux-x64/vendor/x86_64-unknown-linux-musl/bin/codex',
  },
  { agent: 'gemini-cli', script: '@google/gemini-cli/bundle/gemini.js' },
  { agent: 'qwen-code', script: '@qwen-code/qwen-code/cli-entry.js' },
  {
    ...{ agent: 'claude-code', script: '@anthropic-ai/claude-code/cli-wrapper.cjs' },
    native: '@anthropic-ai/claude-code-linux-x64/claude',
  },
  { agent: 'opencode', native: 'opencode-linux-x64-baseline/bin/opencode' },
  { agent: 'openclaw', script: 'openclaw/openclaw.mjs' },
];

export async function realAgents(tally: Tally, folder: string): Promise<void> {
  const modules = join(folder, 'node_modules');
  const versions: string[] = [];
  for (const { agent, script, native } of AGENTS) {
    const ways: Record<string, readonly string[]> = {};
    if (native) ways.native = [join(modules, native)];
    if (script) ways['by Node'] = [NODE, join(modules, script)];
    if (script && !script.endsWith('.cjs'))
      ways['from a shell'] = ['/bin/sh', '-c', `exec ${join(modules, script)} --version`];
    for (const [how, command] of Object.entries(ways)) {
      const words = how === 'from a shell' ? command : [...command, '--version'];
      const { said, found } = await recognisedIn(['timeout', '120', ...words], 1);
      const names = found.map(({ skill_id, path }) => `${skill_id} ${path}`).join(', ');
      tally.check(`${agent}, ${how}: recognised, once`, found.length === 1 && found[0]?.skill_id === agent, names);
      tally.check(
        `${agent}, ${how}: it starts`,
        /[0-9]+\.[0-9]+/.test(said.stdout + said.stderr),
        `${said.stdout.slice(0, 200)} ${said.stderr.slice(-300)}`,
      );
      versions.push(`${agent} ${how} ${(said.stdout || said.stderr).trim().split('\n')[0] ?? ''}`);
    }
  }
  console.log(`    ${versions.join('; ')}`);
}
