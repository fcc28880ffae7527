import { MAX_SHOWN_ARGUMENT_LENGTH, MAX_SHOWN_ARGUMENTS } from '../../core/protocol/limits.ts';

const CUT = '…';

/** A command line within the bounds of what is shown; what is left out is marked. */
export function shownCommand(command: readonly string[]): string[] {
  const words = command.map((word) =>
    word.length <= MAX_SHOWN_ARGUMENT_LENGTH ? word : `${word.slice(0, MAX_SHOWN_ARGUMENT_LENGTH - 1)}${CUT}`,
  );
  return words.length <= MAX_SHOWN_ARGUMENTS ? words : [...words.slice(0, MAX_SHOWN_ARGUMENTS - 1), CUT];
}
