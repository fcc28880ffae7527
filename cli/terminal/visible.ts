/**
 * Text from elsewhere (paths, commands, skill names) made safe to show: what would move the cursor, turn the writing
 * around or hide is written out, so that nothing on the screen pretends to be something else.
 */
const HIDDEN = new RegExp(
  [
    '[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Co}\\p{Cs}\\\\]', // controls, directions, separators, private use, surrogates
    '[\\u115f\\u1160\\u2800\\u3164\\uffa0]', // letters that show nothing
    '\\p{Variation_Selector}',
  ].join('|'),
  'gu',
);

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\t': '\\t', '\r': '\\r', '\\': '\\\\' };

export function visible(text: string): string {
  return text.replace(HIDDEN, (character) => SHORT[character] ?? `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/** A command line as it would be typed. */
export function visibleCommand(command: readonly string[]): string {
  return command
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${visible(word).replaceAll("'", "'\\''")}'`))
    .join(' ');
}
