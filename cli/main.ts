import { CommanderError } from 'commander';
import { EXIT } from './exit-code.ts';
import { ringfenceProgram } from './program.ts';
import { realTerminal } from './terminal/terminal.ts';

const program = ringfenceProgram(realTerminal(), (code) => {
  process.exitCode = code;
});
for (const command of [program, ...program.commands, ...program.commands.flatMap((each) => each.commands)])
  command.exitOverride();
try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.cannot;
}
