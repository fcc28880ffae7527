/**
 * Programs that do whatever their arguments or a file say. To let such a program into a place is to let everybody in, so none of them is
 * accepted. Not all there are: who accepts a program answers for what it can be talked into.
 */
import { z } from 'zod';
import { INTERPRETERS, interpreterNamed, withoutVersion } from './interpreters.ts';
import data from './open-ended.json' with { type: 'json' };

export const openEndedSchema = z.strictObject({
  /** Regular expressions for the whole name of a file. Interpreters of interpreters.json count besides. */
  files: z.array(z.string().min(1)).min(1),
});

const FILES = openEndedSchema.parse(data).files.map((pattern) => new RegExp(`^(?:${pattern})$`));

/** Whether a file of such a name runs what others write. */
export function isOpenEnded(file: string): boolean {
  const bare = withoutVersion(file);
  return (
    interpreterNamed(file) !== null ||
    INTERPRETERS.some(({ names }) => names.includes(bare)) ||
    FILES.some((pattern) => pattern.test(file))
  );
}
