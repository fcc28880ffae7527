import type { GuestTerminal } from './guest-plan.ts';

/** This program's terminal, passed on key by key until `release`. */
export function takeTerminal(): { terminal: GuestTerminal; release: () => void } {
  const { stdin, stdout } = process;
  stdin.setRawMode(true);
  const terminal: GuestTerminal = {
    input: stdin,
    output: stdout,
    rows: stdout.rows,
    columns: stdout.columns,
    onResize: (act) => void stdout.on('resize', () => act(stdout.rows, stdout.columns)),
  };
  const release = () => {
    stdin.setRawMode(false);
    stdout.removeAllListeners('resize');
  };
  return { terminal, release };
}
