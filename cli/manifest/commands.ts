import type { Command } from 'commander';
import type { HelperOptions } from '../helper-connection.ts';
import { visible } from '../terminal/visible.ts';
import { coSignFile } from './co-sign.ts';
import { CommandError, type ExitCode } from './command-error.ts';
import { type InitOptions, initManifest } from './init.ts';
import { initFromAudit } from './init-from-audit.ts';
import { initStarter } from './init-starter.ts';
import { registerInspectCommands } from './inspect-commands.ts';
import { type KeygenOptions, makeKey } from './keygen.ts';
import { type SignOptions, signFile } from './sign.ts';
import { realSurroundings, type Surroundings } from './surroundings.ts';
import { type VerifyOptions, verifyFile } from './verify.ts';

/** Adds `manifest init|keygen|sign|verify` and what looks at manifests to the program; each sets process.exitCode to 0, 1 or 2. */
export function registerManifestCommands(program: Command, surroundings: Surroundings = realSurroundings()): void {
  const manifest = program.command('manifest').description("write, sign and check a skill's clawmanifest.json");
  manifest
    .command('init')
    .argument('[dir]', "the skill's folder", '.')
    .option('--agent <name>', 'a starter for an agent that people know, instead: claude-code, codex, …')
    .option(
      '--from-audit <session>',
      'a starter with what that session was seen to do, instead: generic unless --agent names one',
    )
    .option('--json', 'print the draft, what it grants and what it leaves to you as JSON')
    .description('write a draft from SKILL.md and scripts, and say what it grants and why')
    .action((dir: string, _: unknown, self: Command) => {
      const { fromAudit, ...options } = self.optsWithGlobals<InitOptions & HelperOptions & { fromAudit?: string }>();
      return finish(surroundings, () => {
        if (fromAudit !== undefined) return initFromAudit(dir, { ...options, fromAudit }, surroundings);
        return options.agent === undefined
          ? initManifest(dir, options, surroundings)
          : initStarter(options.agent, dir, surroundings, options.json);
      });
    });
  manifest
    .command('keygen')
    .option('--out <file>', 'where the secret key goes (default: ~/.config/ringfence/publisher.key)')
    .option('--name <name>', 'the name others will see (default: user@host)')
    .description('make a key pair for signing')
    .action((options: KeygenOptions) => finish(surroundings, () => makeKey(options, surroundings)));
  manifest
    .command('sign')
    .argument('<file>', "the manifest, or the skill's folder")
    .option('--key <file>', 'secret key (default: ~/.config/ringfence/publisher.key)')
    .option('--name <name>', "who signs, in words (default: the key's name)")
    .option('--detached', 'write the signature to clawmanifest.sig beside the manifest, not into it')
    .option('--publish-key', 'write your public key into publisher.keys, so that others can look at it and trust it')
    .option('--co-signer <pub>', 'this key has to co-sign, or the manifest is void; may be given again', collect, [])
    .option('--co-sign', "add your signature to another's, which stays as it is")
    .description("hash the skill's folder and sign the manifest in place")
    .action((file: string, options: SignOptions) =>
      finish(surroundings, () => (options.coSign === true ? coSignFile : signFile)(file, options, surroundings)),
    );
  manifest
    .command('verify')
    .argument('<file>', "the manifest, or the skill's folder")
    .option('--key <pub>', 'trust this public key only; may be given again', collect, [])
    .option('--json', 'print the result as JSON')
    .description('check text, signature and files; exit 0: valid, 1: refused, 2: could not be checked')
    .action((file: string, options: VerifyOptions) =>
      finish(surroundings, () => verifyFile(file, options, surroundings)),
    );
  registerInspectCommands(manifest, surroundings, finish);
}

function collect(value: string, earlier: readonly string[]): readonly string[] {
  return [...earlier, value];
}

/** Promises only where the work does: what is done at once is done when it returns. */
function finish(surroundings: Surroundings, work: () => ExitCode | Promise<ExitCode>): void | Promise<void> {
  const cannot = (thrown: unknown) => {
    if (!(thrown instanceof CommandError)) throw thrown;
    surroundings.complain(`ringfence manifest: ${visible(thrown.message)}\n    ${visible(thrown.remedy)}`);
    process.exitCode = 2;
  };
  const done = (code: ExitCode) => {
    process.exitCode = code;
  };
  try {
    const code = work();
    return typeof code === 'number' ? done(code) : code.then(done, cannot);
  } catch (thrown) {
    cannot(thrown);
  }
}
