/** One word of a POSIX shell that stands for exactly this text. @throws for text with a NUL, which no word can hold */
export function shellWord(text: string): string {
  if (text.includes('\0')) throw new Error('a NUL byte cannot be passed to a program');
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Lines `NAME='value'` for a shell to read. */
export function shellAssignments(values: Record<string, string>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${shellWord(value)}\n`)
    .join('');
}
