import { join } from 'node:path';
import { ROOT } from './root.ts';

/** What Electron loads: made by desktop.ts. */
export const DESKTOP_APP = join(ROOT, '.cache/desktop/app');
