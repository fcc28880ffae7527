import { visiblePieces } from '../../core/text/visible.ts';

/**
 * Text from elsewhere (paths, commands, skill names) made safe to show: what would move the cursor, turn the writing
 * around or hide is written out, so that nothing on the screen pretends to be something else. A terminal need not have
 * colours to tell what is written out from a name that looks the same: here backslashes are written twice.
 */
export function visible(text: string): string {
  return visiblePieces(text)
    .map((piece) => (piece.escaped ? piece.text : piece.text.replaceAll('\\', '\\\\')))
    .join('');
}

/** A command line as it would be typed. */
export function visibleCommand(command: readonly string[]): string {
  return command
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${visible(word).replaceAll("'", "'\\''")}'`))
    .join(' ');
}
