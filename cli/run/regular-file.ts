/** Regular files, opened so that nothing else that lies in their place has an effect or holds the command up. */
import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { failure, type Result, success } from '../../core/result.ts';

/** open(2): finds what is there without opening it. Node has no name for it. */
const O_PATH = 0o10000000;

/** What lies there instead, or the code of what the file system says. */
export type NotRegular = 'link' | 'other' | { readonly code: string };

/** Gives `use` a descriptor to read from, and closes it. What `use` throws is what the file system says as well. */
export function withRegularFile<T>(
  path: string,
  links: 'follow' | 'refuse',
  use: (file: number) => T,
): Result<T, NotRegular> {
  const open: number[] = [];
  try {
    const place = openSync(path, O_PATH | (links === 'refuse' ? constants.O_NOFOLLOW : 0));
    open.push(place);
    const stat = fstatSync(place);
    if (!stat.isFile()) return failure(stat.isSymbolicLink() ? 'link' : 'other');
    const file = openSync(`/proc/self/fd/${place}`, constants.O_RDONLY | constants.O_NONBLOCK);
    open.push(file);
    return success(use(file));
  } catch (error) {
    return failure({ code: (error as NodeJS.ErrnoException).code ?? String(error) });
  } finally {
    for (const descriptor of open) closeSync(descriptor);
  }
}
