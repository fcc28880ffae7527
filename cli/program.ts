import { Command, InvalidArgumentError, Option } from 'commander';
import { CONTROL_SOCKET, WHY_SOCKET } from '../client/index.ts';
import { RECORDED_VERDICTS } from '../core/evidence/record.ts';
import { registerApprovalCommands } from './approvals/commands.ts';
import { type AuditOptions, audit } from './audit/audit.ts';
import { verifyAudit } from './audit/verify.ts';
import { why } from './audit/why.ts';
import { doctor } from './doctor/doctor.ts';
import { registerEveryoneCommands } from './everyone/commands.ts';
import type { Finish } from './finish.ts';
import { registerKeyCommands } from './keys/commands.ts';
import { registerManifestCommands } from './manifest/commands.ts';
import { type ModeOptions, mode } from './mode.ts';
import { ps } from './ps.ts';
import { type RunOptions, run } from './run/run.ts';
import { registerShimCommands } from './shim/commands.ts';
import { registerStarterCommands } from './starters/commands.ts';
import type { Terminal } from './terminal/terminal.ts';
import { VERSION } from './version.ts';

const VERDICTS = RECORDED_VERDICTS;

const AFTER_HELP = `
Exit status:
  0    done; enforcing; intact
  1    no: not enforcing, log damaged, no such record, manifest refused
  2    could not be done: usage, no helper, file unreadable
  run ends as its command did (128 + N for signal N), or with
  125  refused or failed before the command was started
  126  the command cannot be executed       127  there is no such command

Examples:
  ringfence run --manifest ~/skills/mail -- pi "sort my mail"
  ringfence audit --follow --verdict block
  ringfence why 42
  ringfence approvals --watch
  sudo ringfence approvals allow 7 --for session
  ringfence mode claude audit --for 2h
  ringfence everyone inbox
  ringfence shim install claude`;

/** The program's whole command line. Each command hands its exit code to `finish`. */
export function ringfenceProgram(terminal: Terminal, finish: (code: number) => void): Command {
  const program = new Command('ringfence')
    .description('Holds AI agents on this machine to their signed manifests, in the kernel.')
    .version(VERSION, '-V, --version')
    .addOption(new Option('--socket <path>', 'ask the helper at another socket').default(CONTROL_SOCKET))
    .enablePositionalOptions()
    .showSuggestionAfterError()
    .addHelpText('after', AFTER_HELP)
    .configureOutput({
      writeOut: (text) => terminal.print(text.trimEnd()),
      writeErr: (text) => terminal.complain(text.trimEnd()),
    });
  addRun(program, terminal, finish);
  addSessions(program, terminal, finish);
  addMode(program, terminal, finish);
  registerEveryoneCommands(program, terminal, finish);
  addAudit(program, terminal, finish);
  registerApprovalCommands(program, terminal, finish);
  addDoctor(program, terminal, finish);
  registerManifestCommands(program);
  registerStarterCommands(program, terminal, finish);
  registerShimCommands(program, terminal, finish);
  registerKeyCommands(program, terminal, finish);
  return program;
}

function addRun(program: Command, terminal: Terminal, finish: Finish): void {
  program
    .command('run')
    .description('run a command under a manifest')
    .option(
      '-m, --manifest <file>',
      "the manifest, or the skill's folder; without it, the installed starter of the command",
    )
    .option(
      '--skill <folder>',
      'a skill of the agent’s with a signed manifest of its own: who runs it is held to both; may be given several times',
      collect,
    )
    .option('--skills <folder>', 'each folder right below that has a clawmanifest.json', collect)
    .option(
      '--audit',
      "let the manifest's audit mode count, for this run: what it does not declare is allowed and recorded",
    )
    .argument('<command...>', 'the command and its arguments, after --')
    .passThroughOptions()
    .action(async (command: string[], _options: unknown, self: Command) =>
      finish(await run(command, self.optsWithGlobals<RunOptions>(), terminal)),
    );
}

function addSessions(program: Command, terminal: Terminal, finish: Finish): void {
  program
    .command('ps')
    .description('list the agents that run now: session, skill, command, processes, refusals')
    .option('--json', 'one JSON object a line')
    .option('--suggested', 'what looks like an agent of yours and is in no session')
    .action(async (_options: unknown, self: Command) => finish(await ps(self.optsWithGlobals(), terminal)));
}

function addMode(program: Command, terminal: Terminal, finish: Finish): void {
  program
    .command('mode')
    .description('show or set how strictly agents are held to their manifests; sessions that run follow at once')
    .argument('[agent]', 'name of the program that starts the agent: claude, codex, …')
    .argument('[mode]', 'enforce, permissive, audit; or unset')
    .option('--machine', 'for every agent of this machine: the strictest of what is set counts')
    .option('--for <time>', 'over by itself, and held to the rules again: 30m, 2h, 1d')
    .option('--json', 'the settings as JSON')
    .action(async (_agent: unknown, _mode: unknown, _options: unknown, self: Command) =>
      finish(await mode(self.args, self.optsWithGlobals<ModeOptions>(), terminal)),
    );
}

function addAudit(program: Command, terminal: Terminal, finish: Finish): void {
  const command = program
    .command('audit')
    .description('show what agents did and what was refused')
    .option('-f, --follow', 'go on with what happens from now on')
    .option('--json', 'one record a line, as it stands in the log')
    .option('-s, --session <id>', 'of one session only')
    .addOption(new Option('--verdict <verdict...>', 'with these verdicts only').choices(VERDICTS))
    .option('-n, --lines <number>', 'how many of the last records', lineCount, 50)
    .option('-a, --all', 'every record from the first on')
    .action(async (_options: unknown, self: Command) =>
      finish(await audit(self.optsWithGlobals<AuditOptions>(), terminal)),
    );
  command
    .command('verify')
    .description('check that no record was changed, removed or added')
    .option('--json', 'the result as JSON')
    .action(async (_options: unknown, self: Command) => finish(await verifyAudit(self.optsWithGlobals(), terminal)));
  program
    .command('why')
    .description('explain one record: who, what, which rule, and what would change it')
    .argument('[id]', 'the number of the record, as audit shows it; without it the last refusal', recordId)
    .option('--json', 'the record as it stands in the log')
    .addOption(new Option('--why-socket <path>', 'ask at another socket').default(WHY_SOCKET).hideHelp())
    .action(async (id: number | undefined, _options: unknown, self: Command) =>
      finish(await why(id ?? null, self.optsWithGlobals(), terminal)),
    );
}

function addDoctor(program: Command, terminal: Terminal, finish: Finish): void {
  program
    .command('doctor')
    .description('say whether this machine enforces, and exactly what is missing if not')
    .option('--json', 'the result as JSON')
    .action(async (_options: unknown, self: Command) => finish(await doctor(self.optsWithGlobals(), terminal)));
}

const collect = (one: string, before: string[] = []): string[] => [...before, one];

function lineCount(text: string): number {
  if (!/^\d{1,4}$/.test(text) || Number(text) > 1000)
    throw new InvalidArgumentError('A number from 0 to 1000; for more use --all.');
  return Number(text);
}

function recordId(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError('The number of a record, from 1.');
  return Number(text);
}
