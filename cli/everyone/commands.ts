import type { Command } from 'commander';
import type { Finish } from '../finish.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { accept, dismiss, revoke, setAnswer, setStage } from './change.ts';
import { showInbox } from './inbox.ts';
import type { EveryoneOptions, PlaceOptions, StageOptions } from './options.ts';
import { show } from './show.ts';

const AFTER_HELP = `
Programs that are no agents are kept from keys, passwords and settings that run programs: docs/locations.md.
What is neither trusted nor accepted is stopped there at once, and waits in the inbox of its person.
  ringfence everyone inbox
  sudo ringfence everyone accept /usr/bin/restic --location ssh-keys
To let something in takes root or an administrator; to take it back takes nobody.`;

/** `ringfence everyone …`: what people's programs that are no agents are held to. */
export function registerEveryoneCommands(program: Command, terminal: Terminal, finish: Finish): void {
  const everyone = program
    .command('everyone')
    .description('show or set what programs are held to that are no agents')
    .option('--json', 'the settings as JSON')
    .addHelpText('after', AFTER_HELP)
    .action(async (_options: unknown, self: Command) =>
      finish(await show(self.optsWithGlobals<EveryoneOptions>(), terminal)),
    );
  addStages(everyone, terminal, finish);
  addInbox(everyone, terminal, finish);
  addPrograms(everyone, terminal, finish);
}

function addStages(everyone: Command, terminal: Terminal, finish: Finish): void {
  const stage = (name: 'learning' | 'enforcing' | 'audit') => async (_options: unknown, self: Command) =>
    finish(await setStage(name, self.optsWithGlobals<StageOptions>(), terminal));
  everyone
    .command('learn')
    .description('let programs in and note which, then enforce; what was seen waits to be accepted by you')
    .option('--for <time>', 'how long: 30m, 2h, 1d; a day if it is not said')
    .option('--json', 'the settings as JSON')
    .action(stage('learning'));
  everyone
    .command('enforce')
    .description('stop what is neither trusted nor accepted')
    .option('--json', 'the settings as JSON')
    .action(stage('enforcing'));
  everyone
    .command('audit')
    .description('let programs in and note which')
    .option('--for <time>', 'then enforce: 30m, 2h, 1d; until it is changed if it is not said')
    .option('--json', 'the settings as JSON')
    .action(stage('audit'));
}

function addInbox(everyone: Command, terminal: Terminal, finish: Finish): void {
  everyone
    .command('inbox')
    .description('which programs were stopped, or would have been')
    .option('--json', 'the result as JSON')
    .action(async (_options: unknown, self: Command) =>
      finish(await showInbox(self.optsWithGlobals<EveryoneOptions>(), terminal)),
    );
  everyone
    .command('dismiss')
    .description('take an entry out of the inbox; nothing else changes')
    .argument('<id>', 'as the inbox shows it')
    .option('--json', 'the result as JSON')
    .action(async (id: string, _options: unknown, self: Command) =>
      finish(await dismiss(id, self.optsWithGlobals<EveryoneOptions>(), terminal)),
    );
}

function addPrograms(everyone: Command, terminal: Terminal, finish: Finish): void {
  everyone
    .command('accept')
    .description('let a program of root’s into sensitive places, whoever starts it')
    .argument('<program>', 'its file, or its name in PATH; a script by its own file')
    .option('--location <name>', 'into this one only')
    .option('--json', 'the settings as JSON')
    .action(async (program: string, _options: unknown, self: Command) =>
      finish(await accept(program, self.optsWithGlobals<PlaceOptions>(), terminal)),
    );
  everyone
    .command('revoke')
    .description('accept a program no longer')
    .argument('<program>', 'as it was accepted')
    .option('--location <name>', 'at this one only')
    .option('--json', 'the settings as JSON')
    .action(async (program: string, _options: unknown, self: Command) =>
      finish(await revoke(program, self.optsWithGlobals<PlaceOptions>(), terminal)),
    );
  everyone
    .command('set')
    .description('answer at a location in another way than docs/locations.md says')
    .argument('<location>', 'its name')
    .argument('<answer>', 'allow, audit, ask, deny; or unset')
    .option('--json', 'the settings as JSON')
    .action(async (location: string, answer: string, _options: unknown, self: Command) =>
      finish(await setAnswer(location, answer, self.optsWithGlobals<EveryoneOptions>(), terminal)),
    );
}
