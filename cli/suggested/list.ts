/** Programs of the caller's that may be agents and are in nobody's session. Nothing is done about them: a person may want to know. */
import { homedir } from 'node:os';
import { suggest } from '../../core/policy/recognise.ts';
import type { Session } from '../../core/protocol/session.ts';
import { table } from '../terminal/table.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { visible, visibleCommand } from '../terminal/visible.ts';
import { ownProcesses, type Seen } from './own-processes.ts';

export interface Suggested {
  readonly pid: number;
  readonly name: string;
  readonly why: string;
  readonly command: readonly string[];
}

export function suggestedAmong(processes: readonly Seen[], sessions: readonly Session[], home: string): Suggested[] {
  const known = new Set<number>(sessions.flatMap(({ pids }) => pids));
  return processes
    .filter(({ pid }) => !known.has(pid))
    .flatMap(({ pid, command, hints }) => {
      const found = suggest(hints, [home]);
      return found ? [{ pid, ...found, command }] : [];
    });
}

export function printSuggested(sessions: readonly Session[], json: boolean, terminal: Terminal): void {
  const found = suggestedAmong(ownProcesses(process.getuid?.() ?? -1), sessions, homedir());
  if (json) for (const one of found) terminal.print(JSON.stringify(one));
  else if (found.length === 0) terminal.print('Nothing of yours looks like an agent outside of a session.');
  else {
    const rows = found.map(({ pid, name, why, command }) => [
      String(pid),
      visible(name),
      visible(why),
      visibleCommand(command),
    ]);
    const [head = '', ...lines] = table(['PID', 'MAY BE', 'BECAUSE', 'COMMAND'], rows);
    terminal.print(terminal.paint.strong(head));
    for (const line of lines) terminal.print(line);
    terminal.print(
      'They are held to nothing. Start one under a manifest to hold it: ringfence run --manifest FILE -- COMMAND',
    );
  }
}
