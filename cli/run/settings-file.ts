/** Settings of npm and pip, read as data. */
import { readFileSync } from 'node:fs';
import { parse } from 'ini';
import { withRegularFile } from './regular-file.ts';

/** Whose files, and what the environment says. */
export type Setting = { readonly root: string; readonly home: string; readonly environment: NodeJS.ProcessEnv };

/** Bytes; settings are a few lines. */
const MOST = 1 << 20;

/** Settings are where their tool would find them; what cannot be read says nothing. */
export function textOf(file: string): string {
  const read = withRegularFile(file, 'follow', (open) => readFileSync(open));
  return read.ok && read.value.length <= MOST ? read.value.toString('utf8') : '';
}

export const settingsIn = (file: string): Record<string, unknown> => parse(textOf(file));

export const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
