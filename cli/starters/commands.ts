import type { Command } from 'commander';
import type { Finish } from '../finish.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { installStarter, removeStarter } from './change.ts';
import { listStarters, type StarterOptions } from './list.ts';
import { showStarter } from './show.ts';

const AFTER_HELP = `
A starter is a manifest for an agent that people know. Once it is installed, the agent runs under it without --manifest:
  ringfence starters show claude-code
  ringfence starters install claude-code
  ringfence run claude
To change one first: ringfence manifest init --agent claude-code DIR`;

/** `ringfence starters …`: manifests that come with Ringfence. */
export function registerStarterCommands(program: Command, terminal: Terminal, finish: Finish): void {
  const starters = program
    .command('starters')
    .description('manifests that come with Ringfence, for agents that people know')
    .addHelpText('after', AFTER_HELP);
  const options = (self: Command) => self.optsWithGlobals<StarterOptions>();
  starters
    .command('list')
    .description('which there are, for which command, and which are installed')
    .option('--json', 'the result as JSON')
    .action(async (_options: unknown, self: Command) => finish(await listStarters(options(self), terminal)));
  starters
    .command('show')
    .description('what one grants, rule by rule')
    .argument('<starter>', 'its name')
    .option('--json', 'the manifest as it would be signed')
    .action((id: string, _options: unknown, self: Command) => finish(showStarter(id, options(self), terminal)));
  starters
    .command('install')
    .description('have this machine sign it; takes root or an administrator')
    .argument('<starter>', 'its name')
    .option('--json', 'the result as JSON')
    .action(async (id: string, _options: unknown, self: Command) =>
      finish(await installStarter(id, options(self), terminal)),
    );
  starters
    .command('remove')
    .description('take an installed one away; takes root or an administrator')
    .argument('<starter>', 'its name')
    .option('--json', 'the result as JSON')
    .action(async (id: string, _options: unknown, self: Command) =>
      finish(await removeStarter(id, options(self), terminal)),
    );
}
