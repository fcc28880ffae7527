import { homedir } from 'node:os';
import { starterId } from '../../core/protocol/starters.ts';
import { EXIT } from '../exit-code.ts';
import { ask, type HelperOptions, openHelper } from '../helper-connection.ts';
import { ownCommand } from '../own-command.ts';
import { findProgram } from '../run/find-program.ts';
import { complainOf, type Terminal } from '../terminal/terminal.ts';
import { visible } from '../terminal/visible.ts';
import { removeShim, shims, shimText, withoutShims, writeShim } from './shims.ts';
import { aliasesOf, putIn, shellsOf, takeOut } from './start-files.ts';

/** Has an agent's name start it by `ringfence run`, from the next shell on. */
export async function installShim(agent: string, options: HelperOptions, terminal: Terminal): Promise<number> {
  const program = findProgram(agent, { PATH: withoutShims(process.env.PATH ?? '') });
  if (!starterId.safeParse(agent).success || !program.ok) {
    complainOf(terminal, `there is no agent ${visible(agent)} to stand before`, 'Name the command that starts it.');
    return EXIT.cannot;
  }
  if (!(await hasManifest(agent, options, terminal))) return EXIT.cannot;
  try {
    const file = writeShim(agent, shimText(agent, ownCommand()));
    const files = shellsOf(homedir(), process.env.SHELL ?? '').map((shell) => putIn(homedir(), shell));
    terminal.print(`${agent} is started by \`ringfence run\` in new shells: ${visible(file)}`);
    for (const one of files) terminal.print(`    ${visible(one)} puts it first in PATH.`);
    if (files.length === 0) terminal.print('    No start file of a shell was found: put its folder first in PATH.');
    for (const one of aliasesOf(agent, homedir()))
      terminal.complain(
        `${terminal.paintComplaint.warn('ringfence: warning:')} ${visible(one)} has an alias or function for ${agent}, which comes first. Take it out.`,
      );
    return EXIT.ok;
  } catch (error) {
    return couldNot(error, terminal);
  }
}

export function uninstallShim(agent: string, terminal: Terminal): number {
  try {
    if (!shims().includes(agent)) {
      complainOf(terminal, `there is no shim for ${visible(agent)}`, shimsInWords());
      return EXIT.no;
    }
    removeShim(agent);
    terminal.print(`${agent} is started as before.`);
    if (shims().length === 0)
      for (const file of takeOut(homedir())) terminal.print(`    ${visible(file)} is as it was.`);
    return EXIT.ok;
  } catch (error) {
    return couldNot(error, terminal);
  }
}

export function listShims(terminal: Terminal): number {
  for (const agent of shims()) terminal.print(visible(agent));
  return EXIT.ok;
}

function shimsInWords(): string {
  const names = shims().map(visible);
  return names.length === 0 ? 'There is none.' : `There are ${names.join(', ')}.`;
}

/** Without one `ringfence run` would start nothing, and the name would be of no use any more. */
async function hasManifest(agent: string, options: HelperOptions, terminal: Terminal): Promise<boolean> {
  const client = await openHelper(options, terminal);
  if (client === null) return false;
  const answer = await ask(client, 'starters.list', {}, terminal);
  client.close();
  if (answer === null) return false;
  const starters = answer.starters.filter(({ agents }) => agents.includes(agent));
  if (starters.some(({ installed }) => installed !== null)) return true;
  const [known] = starters;
  complainOf(
    terminal,
    `nothing says what ${visible(agent)} may do`,
    known === undefined
      ? 'Shims are for agents with an installed starter: ringfence starters list'
      : `First: ringfence starters install ${known.id}`,
  );
  return false;
}

function couldNot(error: unknown, terminal: Terminal): number {
  complainOf(terminal, visible((error as Error).message), 'What was not changed is as it was; try again.');
  return EXIT.cannot;
}
