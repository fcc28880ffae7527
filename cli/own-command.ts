/** How this program is started by others: its launcher in an installation, its file in the source tree. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

export function ownCommand(): readonly string[] {
  const launcher = join(import.meta.dirname, '../bin/ringfence');
  return existsSync(launcher) ? [launcher] : [process.execPath, process.argv[1] ?? ''];
}
