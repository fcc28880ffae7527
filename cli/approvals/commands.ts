import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Finish } from '../finish.ts';
import type { HelperOptions } from '../helper-connection.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { allow, deny, revoke, SCOPES, type Scope } from './answer.ts';
import { type ListOptions, listApprovals } from './list.ts';
import { watchApprovals } from './watch.ts';

/** `ringfence approvals …`: what agents wait for, and the answers. */
export function registerApprovalCommands(program: Command, terminal: Terminal, finish: Finish): void {
  const command = program
    .command('approvals')
    .description('show what agents wait for, and answer')
    .option('-w, --watch', 'show questions as they come; as long as it runs, calls wait for an answer')
    .option('--json', 'for programs: the state, or with --watch one event a line')
    .action(async (_options: unknown, self: Command) => {
      const options = self.optsWithGlobals<ListOptions & { watch?: boolean }>();
      finish(await (options.watch ? watchApprovals(options, terminal) : listApprovals(options, terminal)));
    });
  command
    .command('allow')
    .description('allow what a question asks; as root, or with your password')
    .argument('<id>', 'the number of the question', number)
    .addOption(new Option('--for <scope>', 'how long it holds').choices(SCOPES).default('once'))
    .action(async (id: number, _options: unknown, self: Command) => {
      const options = self.optsWithGlobals<HelperOptions & { for: Scope }>();
      finish(await allow(id, options.for, options, terminal));
    });
  command
    .command('deny')
    .description('deny it; the same question is not put again for a minute')
    .argument('<id>', 'the number of the question', number)
    .action(async (id: number, _options: unknown, self: Command) =>
      finish(await deny(id, self.optsWithGlobals<HelperOptions>(), terminal)),
    );
  command
    .command('revoke')
    .description('take back what was allowed for longer than once')
    .argument('[grant]', 'the number of the grant', number)
    .option('--all', 'every grant you can see')
    .action(async (grant: number | undefined, _options: unknown, self: Command) => {
      const options = self.optsWithGlobals<HelperOptions & { all?: boolean }>();
      if ((grant === undefined) === (options.all === true)) finish(await revoke(grant ?? null, options, terminal));
      else self.error('error: name a grant, or --all');
    });
}

function number(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError('A number from 1.');
  return Number(text);
}
