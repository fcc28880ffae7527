import type { Command } from 'commander';
import type { ExitCode } from './command-error.ts';
import { type DiffOptions, diffFiles } from './diff.ts';
import { type ExplainOptions, explainFile } from './explain.ts';
import { type LintOptions, lintFile } from './lint.ts';
import type { Surroundings } from './surroundings.ts';
import { type TestOptions, testFile } from './test-events.ts';

/** What a command needs to end the program with its code. */
type Finish = (surroundings: Surroundings, work: () => ExitCode) => void;

const PLACES: readonly [string, string][] = [
  ['--user <home>', 'what ~ stands for (default: /home/user)'],
  ['--workspace <dir>', 'what $WORKSPACE stands for (default: /workspace)'],
  ['--skill <dir>', 'what $SKILL stands for (default: /skill)'],
  ['--tmpdir <dir>', 'what $TMPDIR stands for (default: /tmpdir)'],
];

/** Adds `manifest lint|diff|explain|test`: what looks at manifests and needs neither helper nor root. */
export function registerInspectCommands(manifest: Command, surroundings: Surroundings, finish: Finish): void {
  const add = <Options>(name: string, text: string, work: (file: string, options: Options) => ExitCode) =>
    manifest
      .command(name)
      .description(text)
      .argument('<file>', "the manifest, or the skill's folder")
      .option('--json', 'print the result as JSON')
      .action((file: string, options: Options) => finish(surroundings, () => work(file, options)));
  add<LintOptions>(
    'lint',
    'what is wrong, broad or without effect; exit 1: an error, 2: could not be read',
    (file, options) => lintFile(file, options, surroundings),
  )
    .option('--strict', 'exit 1 for warnings too')
    .option('--no-files', "do not look at the files of the skill's folder");
  withPlaces(
    add<ExplainOptions>('explain', 'every rule in words, in the order in which they decide', (file, options) =>
      explainFile(file, options, surroundings),
    ),
  );
  withPlaces(
    add<TestOptions>('test', 'what the manifest says of events; exit 1: an expectation fails', (file, options) =>
      testFile(file, options, surroundings),
    ),
  )
    .option(
      '--event <event>',
      "such as 'read ~/.ssh/id_rsa' or 'connect 192.0.2.1:443'; may be given again",
      collect,
      [],
    )
    .option('--events <file>', 'lines of {"event": …, "expect": …}')
    .option(
      '--expect <answer>',
      'allow, ask, block or kill: for all events, or one for each in their order',
      collect,
      [],
    );
  manifest
    .command('diff')
    .description('what the new manifest may do that the old one may not, and the reverse; exit 1: it may do more')
    .argument('<old>', 'the manifest as it was')
    .argument('<new>', 'the manifest as it is')
    .option('--json', 'print the result as JSON')
    .action((old: string, young: string, options: DiffOptions) =>
      finish(surroundings, () => diffFiles(old, young, options, surroundings)),
    );
}

function withPlaces(command: Command): Command {
  return PLACES.reduce((one, [flags, text]) => one.option(flags, text), command);
}

function collect(value: string, earlier: readonly string[]): readonly string[] {
  return [...earlier, value];
}
