import type { HelperClient } from '../../client/index.ts';
import { agentProgram } from '../../core/policy/holds.ts';
import { complainOfCall } from '../helper-connection.ts';
import { complainOf, type Terminal } from '../terminal/terminal.ts';
import { visible } from '../terminal/visible.ts';

/** Where the installed starter of a command lies; null: there is none, and that was said. */
export async function starterManifest(
  command: readonly string[],
  client: HelperClient,
  terminal: Terminal,
): Promise<string | null> {
  const program = agentProgram(command);
  const name = visible(program ?? command[0] ?? '');
  const answer = await client.call('starters.list', {});
  if (!answer.ok) {
    complainOfCall(terminal, answer.error);
    return null;
  }
  const starter = answer.value.starters.find(({ agents }) => program !== null && agents.includes(program));
  if (starter === undefined) {
    const remedy = `Name its manifest: ringfence run --manifest FILE -- ${name} … To write one: ringfence manifest init`;
    complainOf(terminal, `nothing says what ${name} may do: no manifest is named, and no starter is for it`, remedy);
    return null;
  }
  if (starter.installed !== null) return starter.installed.path;
  const { id } = starter;
  complainOf(
    terminal,
    `the starter for ${name} is not installed, and no manifest is named`,
    `Look at what it grants: ringfence starters show ${id}. Then: ringfence starters install ${id}`,
  );
  return null;
}
