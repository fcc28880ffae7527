import { createInterface } from 'node:readline/promises';
import { CommandError } from '../manifest/command-error.ts';

/** Whether a person types yes; Enter alone is no. Without a terminal there is nobody to ask. */
export async function confirmed(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new CommandError('there is no terminal here to ask you on', 'Run it on a terminal, or add --yes.');
  }
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^\s*yes\s*$/i.test(await lines.question(`${question} Type yes: `));
  } finally {
    lines.close();
  }
}
