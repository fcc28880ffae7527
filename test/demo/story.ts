import type { Exchange } from '../agents/model/server.ts';
import { isRefusal } from './act.ts';
import { HOME } from './home.ts';

/** Where the product's command is. */
export const RINGFENCE = '/usr/local/bin/ringfence';

const WIDTH = 96;
const began = performance.now();

/** A line of the story. */
export function tell(line = ''): void {
  process.stdout.write(`${line}\n`);
}

export function heading(text: string): void {
  const seconds = `${((performance.now() - began) / 1000).toFixed(0)} s`;
  tell(`\n── ${text} ${'─'.repeat(Math.max(2, WIDTH - text.length - seconds.length - 6))} ${seconds}`);
}

/** What went to and fro: the result of the last tool call, then what the model wants next. */
export function tellExchange({ last, answer, leaked }: Exchange): void {
  if (last.from === 'tool') {
    const mark = leaked.length > 0 ? '  ▲ LEAKED' : isRefusal(last.text) ? '  ■ BLOCKED' : '';
    tell(`     ${short(last.text)}${mark}`);
  }
  if (answer.call === undefined) tell(`  model  ${answer.say ?? ''}`);
  for (const call of answer.call ?? []) {
    const { command, path } = call.arguments;
    tell(`  ${call.tool.padEnd(5)}  ${short(String(command ?? path ?? ''))}`);
  }
}

/** One line of at most WIDTH characters, the home written as ~. */
export function short(text: string): string {
  const line = text
    .trim()
    .replaceAll(HOME, '~')
    .replace(/\s*\n\s*/g, ' ⏎ ');
  return line.length > WIDTH ? `${line.slice(0, WIDTH - 1)}…` : line;
}
