import type { Command } from 'commander';
import type { Finish } from '../finish.ts';
import type { HelperOptions } from '../helper-connection.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { installShim, listShims, uninstallShim } from './change.ts';

const AFTER_HELP = `
With a shim, the name of an agent alone starts it by \`ringfence run\`, under its installed starter:
  ringfence starters install claude-code
  ringfence shim install claude
  claude`;

/** `ringfence shim …`: agents held by their name alone. */
export function registerShimCommands(program: Command, terminal: Terminal, finish: Finish): void {
  const shim = program
    .command('shim')
    .description('have the name of an agent alone start it by `ringfence run`')
    .addHelpText('after', AFTER_HELP);
  shim
    .command('install')
    .description('put one before the agent, in your own shells; new ones have it')
    .argument('<agent>', 'the command that starts it: claude, codex, …')
    .action(async (agent: string, _options: unknown, self: Command) =>
      finish(await installShim(agent, self.optsWithGlobals<HelperOptions>(), terminal)),
    );
  shim
    .command('remove')
    .description('take it away; with the last one your shells’ start files are as they were')
    .argument('<agent>', 'the command that starts it')
    .action((agent: string) => finish(uninstallShim(agent, terminal)));
  shim
    .command('list')
    .description('which agents have one')
    .action(() => finish(listShims(terminal)));
}
