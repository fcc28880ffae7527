/**
 * The agents as `npm install --global` lays them out, which is where starters expect them: each package with what it needs below itself.
 * Links to what is installed, so that it takes no room.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Agent } from './agent.ts';
import { INSTALLED_AGENTS } from './install-agents.ts';

export const GLOBAL_AGENTS = join(dirname(INSTALLED_AGENTS), 'global');

/** Packages that hold an agent's native program: nothing else of theirs is needed. */
const NATIVE: Readonly<Record<string, string>> = {
  claude: '@anthropic-ai/claude-code-linux-x64',
  codex: '@openai/codex-linux-x64',
  opencode: 'opencode-linux-x64-baseline',
};
/** What a native program's package is for, where it is not installed itself. */
const MAIN: Readonly<Record<string, string>> = { opencode: 'opencode-ai' };

/** Made once for what is installed now. Throws when it cannot be written. */
export function layOutGlobally(agents: readonly Agent[]): void {
  const installed = join(INSTALLED_AGENTS, 'node_modules');
  const isThere = agents.every((agent) => existsSync(join(GLOBAL_AGENTS, MAIN[agent.name] ?? agent.package)));
  if (isThere && statSync(GLOBAL_AGENTS).mtimeMs > statSync(installed).mtimeMs) return;
  const fresh = `${GLOBAL_AGENTS}.new`;
  for (const old of [fresh, GLOBAL_AGENTS]) rmSync(old, { recursive: true, force: true });
  for (const agent of agents) layOut(agent, installed, fresh);
  renameSync(fresh, GLOBAL_AGENTS);
}

function layOut({ name, package: packageName }: Agent, installed: string, target: string): void {
  const main = join(target, MAIN[name] ?? packageName);
  const native = NATIVE[name];
  if (existsSync(join(installed, MAIN[name] ?? packageName))) link(join(installed, MAIN[name] ?? packageName), main);
  const own = join(main, 'node_modules');
  if (native === undefined) {
    linkAll(installed, own);
    return;
  }
  link(join(installed, native), join(own, native));
  const known = join(target, native);
  mkdirSync(dirname(known), { recursive: true });
  symlinkSync(relative(dirname(known), join(own, native)), known);
}

/** Its own dependencies win. */
function linkAll(installed: string, target: string): void {
  for (const name of readdirSync(installed).filter((each) => !each.startsWith('.'))) {
    const names = name.startsWith('@') ? readdirSync(join(installed, name)).map((each) => join(name, each)) : [name];
    for (const each of names.filter((one) => !isAgents(one) && !existsSync(join(target, one))))
      link(join(installed, each), join(target, each));
  }
}

const isAgents = (name: string): boolean =>
  Object.values(NATIVE).includes(name) || ['openclaw', '@anthropic-ai/claude-code', '@openai/codex'].includes(name);

function link(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  execFileSync('cp', ['-al', from, to]);
}
