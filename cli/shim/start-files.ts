/** The lines in the start files of a user's shells that put the shims before everything else in PATH, and their way out again. */
import {
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { INSIDE, quoted, shimFolder } from './shims.ts';

const BEGIN = '# >>> ringfence shims >>>';
const END = '# <<< ringfence shims <<<';
const BLOCK = new RegExp(`\\n${BEGIN}\\n[\\s\\S]*?\\n${END}\\n`, 'g');
const WHY = '# Agents are started by `ringfence run`; `ringfence shim remove` takes this away.';

export interface Shell {
  readonly name: 'bash' | 'zsh' | 'fish';
  /** Below the home. */
  readonly file: string;
}

const SHELLS: readonly Shell[] = [
  { name: 'bash', file: '.bashrc' },
  { name: 'zsh', file: '.zshrc' },
  { name: 'fish', file: '.config/fish/config.fish' },
];

/** Shells that have a start file, and the user's own whether it has one or not. */
export function shellsOf(home: string, loginShell: string): Shell[] {
  return SHELLS.filter(({ name, file }) => basename(loginShell) === name || existsSync(join(home, file)));
}

function linesFor({ name }: Shell, shimsAt: string): string[] {
  const folder = quoted(shimsAt);
  if (name === 'fish')
    return [`if not set -q ${INSIDE}; and test "$PATH[1]" != ${folder}`, `    set -gx PATH ${folder} $PATH`, 'end'];
  return [`case "$${INSIDE}:$PATH" in [!:]*:* | :${folder}:*) ;; *) export PATH=${folder}:"$PATH" ;; esac`];
}

export function withoutBlock(text: string): string {
  return text.replace(BLOCK, '');
}

/** Last in the file, so that nothing there gets before it; once, however often it is put in. */
export function withBlock(text: string, shell: Shell, folder: string): string {
  return `${withoutBlock(text)}\n${[BEGIN, WHY, ...linesFor(shell, folder), END].join('\n')}\n`;
}

/** Throws what the file system says; a file is whole at every moment, and a link stays one. @returns its path */
export function putIn(home: string, shell: Shell): string {
  const path = join(home, shell.file);
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  mkdirSync(dirname(path), { recursive: true });
  replace(path, withBlock(text, shell, shimFolder(home)));
  return path;
}

/** @returns the files that had it */
export function takeOut(home: string): string[] {
  return SHELLS.map(({ file }) => join(home, file)).filter((path) => {
    const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
    const left = withoutBlock(text);
    if (left === text) return false;
    if (left === '') rmSync(path);
    else replace(path, left);
    return true;
  });
}

/** Aliases come before programs, whatever PATH says. @returns the files that have one for this name */
export function aliasesOf(agent: string, home: string): string[] {
  const alias = new RegExp(`^\\s*(?:alias\\s+${agent}[=\\s]|function\\s+${agent}\\b|${agent}\\s*\\(\\))`, 'm');
  return ['.bash_aliases', ...SHELLS.map(({ file }) => file)]
    .map((file) => join(home, file))
    .filter((path) => existsSync(path) && alias.test(readFileSync(path, 'utf8')));
}

function replace(path: string, text: string): void {
  const target = existsSync(path) ? realpathSync(path) : path;
  const fresh = `${target}.ringfence-new`;
  const mode = existsSync(target) ? statSync(target).mode & 0o777 : 0o644;
  writeFileSync(fresh, text, { mode });
  renameSync(fresh, target);
}
