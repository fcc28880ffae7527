/** What an interpreter is told to run, from its arguments: the same reading as bpf/skills.h has of them at exec. */
import type { Interpreter } from './interpreters.ts';

export type Operand =
  | { readonly kind: 'script'; readonly path: string }
  | { readonly kind: 'module'; readonly name: string }
  /** Text from its arguments or input, or nothing. */
  | { readonly kind: 'none' };

const NONE: Operand = { kind: 'none' };

/** `words`: after the program's own name. */
export function operandOf(interpreter: Interpreter, words: readonly string[]): Operand {
  const { values, noFile, modules, commands, plus } = interpreter;
  let commandMayCome = commands.length > 0;
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (word === '-') return NONE;
    if (word === '--') return script(words[at + 1]);
    if (word.startsWith('-') || (plus && word.startsWith('+'))) {
      if (modules.includes(word)) return module(words[at + 1]);
      if (noFile.includes(word)) return NONE;
      if (values.includes(word)) at += 1;
      continue;
    }
    if (commandMayCome && noFile.includes(word)) return NONE;
    if (!commandMayCome || !commands.includes(word)) return script(word);
    commandMayCome = false;
  }
  return NONE;
}

function script(path: string | undefined): Operand {
  return path ? { kind: 'script', path } : NONE;
}

function module(name: string | undefined): Operand {
  return name ? { kind: 'module', name } : NONE;
}
