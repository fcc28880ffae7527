/** What people are told of a mode, everywhere in the same words. Only `enforce` may ever look safe. */
import type { Mode } from './modes.ts';

export const MODE_LABELS: Readonly<Record<Mode, string>> = {
  enforce: 'enforcing',
  permissive: 'PERMISSIVE: not enforcing what is undeclared',
  audit: 'AUDIT: not enforcing',
};

export const MODE_MEANS: Readonly<Record<Mode, string>> = {
  enforce: 'what the manifest does not allow is refused',
  permissive: 'what the manifest does not declare is allowed and recorded; its denies and protected places hold',
  audit: 'what would be refused is allowed and recorded; only what protects the guard itself holds',
};
