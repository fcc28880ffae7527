import { dirname } from 'node:path';

/** The checkout: where package.json lies. */
export const ROOT = dirname(import.meta.dirname);
