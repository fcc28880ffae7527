/** The helper beside this program: a module in the source tree, one bundled file in an installation. */
import { extname, join } from 'node:path';

export const HELPER_PROGRAM = join(import.meta.dirname, `../helper/main${extname(import.meta.filename)}`);
