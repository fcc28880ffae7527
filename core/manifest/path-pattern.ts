import { findHiddenCharacter, quoteVisibly } from './hidden-character.ts';
import { MAX_PATH_BYTES } from './limits.ts';

/** Symbols a path may begin with; they are resolved when the manifest is bound to a session. */
export const PATH_SYMBOLS = ['~', '$WORKSPACE', '$SKILL', '$TMPDIR'] as const;

export type SyntaxProblem = { readonly message: string; readonly remedy: string };

/** What is wrong with the path of a permission; null when nothing is. Globs inside components are not judged here. */
export function checkPathPattern(path: string): SyntaxProblem | null {
  return checkHidden(path) ?? checkLength(path) ?? checkBeginning(path) ?? checkComponents(path);
}

function checkHidden(path: string): SyntaxProblem | null {
  const hidden = findHiddenCharacter(path);
  if (hidden === null) return null;
  return {
    message: `the path holds ${hidden}`,
    remedy: 'Remove the character, and rename the file if its name holds it.',
  };
}

function checkLength(path: string): SyntaxProblem | null {
  if (path === '')
    return { message: 'the path is empty', remedy: 'Write a path, or remove the entry: an empty list grants nothing.' };
  if (new TextEncoder().encode(path).length <= MAX_PATH_BYTES) return null;
  return { message: `the path has more than ${MAX_PATH_BYTES} bytes`, remedy: 'Name a directory above it with /**.' };
}

function checkBeginning(path: string): SyntaxProblem | null {
  if (path.startsWith('/')) return null;
  const first = path.split('/', 1)[0] ?? '';
  if (PATH_SYMBOLS.some((symbol) => symbol === first)) return null;
  const shown = quoteVisibly(path);
  if (path === '*' || path === '**') {
    return {
      message: `${shown} alone would grant everything`,
      remedy: 'Name the directories the skill needs, such as ~/Maildir/**.',
    };
  }
  if (/^\$(HOME|\{HOME\})$/.test(first)) {
    return { message: `${shown} begins with ${first}`, remedy: `Write ~${path.slice(first.length)}` };
  }
  if (first.startsWith('~')) {
    return {
      message: `${shown} names another person's home`,
      remedy: 'Write ~ for the home of whoever runs the skill.',
    };
  }
  if (first.startsWith('$')) {
    const remedy = `Known are ${PATH_SYMBOLS.join(', ')}; otherwise write the path itself.`;
    return { message: `${shown} begins with ${first}, which stands for nothing`, remedy };
  }
  return {
    message: `${shown} is not absolute`,
    remedy: 'Begin with /, ~/, $WORKSPACE/, $SKILL/ or $TMPDIR/; programs too: /usr/bin/git, not git.',
  };
}

function checkComponents(path: string): SyntaxProblem | null {
  const shown = quoteVisibly(path);
  if (path.includes('//')) return { message: `${shown} holds //`, remedy: 'Write a single /.' };
  if (path.length > 1 && path.endsWith('/')) {
    return { message: `${shown} ends with /`, remedy: `Write ${path}** for the directory and everything below it.` };
  }
  const dots = path.split('/').find((component) => component === '..' || component === '.');
  if (dots === undefined) return null;
  return { message: `${shown} holds the component ${dots}`, remedy: 'Write the path it leads to.' };
}

/** What is wrong with the name of a file in `hashes`: a path below the skill's folder. */
export function checkSkillPath(path: string): SyntaxProblem | null {
  const remedy = "Name the file by its path below the skill's folder, such as scripts/run.sh.";
  const shown = quoteVisibly(path);
  const hidden = checkHidden(path) ?? checkLength(path);
  if (hidden !== null) return hidden;
  if (path.startsWith('/')) return { message: `${shown} is absolute`, remedy };
  const components = path.split('/');
  if (components.includes('..')) return { message: `${shown} leads out of the skill's folder`, remedy };
  if (components.includes('.')) return { message: `${shown} holds the component .`, remedy };
  if (components.includes('')) return { message: `${shown} holds an empty component`, remedy };
  return null;
}
