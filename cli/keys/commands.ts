import type { Command } from 'commander';
import { EXIT } from '../exit-code.ts';
import type { Finish } from '../finish.ts';
import { CommandError } from '../manifest/command-error.ts';
import { complainOf, type Terminal } from '../terminal/terminal.ts';
import { addKey } from './add.ts';
import { type KeyOptions, removeKey, repinSkill, revokeKey } from './change.ts';
import { listKeys } from './list.ts';
import { trustManifest } from './trust.ts';

const AFTER_HELP = `
Exit status: 0 done, 1 refused or declined, 2 could not be done.

Examples:
  ringfence keys trust ~/skills/mail              the key that a manifest brings along
  ringfence keys add alice.pub --name "Alice"     a key file of Ringfence, OpenSSH or minisign
  ringfence keys revoke sha256:21fe31df --reason "her laptop was stolen"`;

/** `ringfence keys …`: whose signatures count. Changes go through the helper, as root or with an administrator's password. */
export function registerKeyCommands(program: Command, terminal: Terminal, finish: Finish): void {
  const keys = program
    .command('keys')
    .description('show and change whose signatures count')
    .addHelpText('after', AFTER_HELP);
  const run = (work: (options: KeyOptions) => Promise<number>) => async (self: Command) => {
    const options = self.optsWithGlobals<KeyOptions>();
    finish(await orComplain(() => work(options), terminal));
  };
  keys
    .command('list')
    .description('keys that are trusted or revoked, and which skill is bound to which key')
    .option('--json', 'the result as JSON')
    .action((_options: unknown, self: Command) => run((options) => listKeys(options, terminal))(self));
  changing(keys, 'add', 'trust a public key: of Ringfence, ssh-ed25519 or minisign')
    .argument('<file>', 'the .pub file')
    .option('--name <name>', "what you call its holder (default: the file's name for it)")
    .action((file: string, _options: unknown, self: Command) =>
      run((options) => addKey(file, options, terminal))(self),
    );
  changing(keys, 'trust', 'look at the key that a manifest brings along, and trust it')
    .argument('<manifest>', "the manifest, or the skill's folder")
    .option('--name <name>', "what you call its holder (default: the key's own name)")
    .action((file: string, _options: unknown, self: Command) =>
      run((options) => trustManifest(file, options, terminal))(self),
    );
  changing(keys, 'remove', 'trust a key no longer')
    .argument('<key>', 'its id, the beginning of its id, or its name')
    .action((key: string, _options: unknown, self: Command) =>
      run((options) => removeKey(key, options, terminal))(self),
    );
  changing(keys, 'revoke', 'say that nothing a key has signed counts any more')
    .argument('<key>', 'its id, the beginning of its id, or its name')
    .requiredOption('--reason <text>', 'why; it is shown wherever the key is refused')
    .action((key: string, _options: unknown, self: Command) =>
      run((options) => revokeKey(key, options, terminal))(self),
    );
  changing(keys, 'repin', 'forget which key and version a skill is bound to; the next that runs counts')
    .argument('<skill>', 'its skill_id')
    .option('--user <uid>', 'root only: of this user alone', Number)
    .action((skill: string, _options: unknown, self: Command) =>
      run((options) => repinSkill(skill, options, terminal))(self),
    );
}

function changing(keys: Command, name: string, description: string): Command {
  return keys
    .command(name)
    .description(description)
    .option('-y, --yes', 'do not ask here; root or an administrator still decides')
    .option('--json', 'the result as JSON');
}

async function orComplain(work: () => Promise<number>, terminal: Terminal): Promise<number> {
  try {
    return await work();
  } catch (thrown) {
    if (!(thrown instanceof CommandError)) throw thrown;
    complainOf(terminal, thrown.message, thrown.remedy);
    return EXIT.cannot;
  }
}
