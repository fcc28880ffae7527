/** What the kernel is told of interpreters, as bpf/ringfence.h numbers it. */
import type { Interpreter } from '../../core/policy/interpreters.ts';

/** enum rf_interpreter_flags. */
export const INTERPRETER_FLAGS = { clusters: 0x1_0000, plus: 0x2_0000, extensions: 0x4_0000, loads: 0x8_0000 } as const;
/** enum rf_interpreter_word_kind. */
export const WORD_KINDS = { values: 1, noFile: 2, commands: 3, rest: 4, alone: 5, maybe: 6 } as const;

/** The interpreter's number joined with its flags. */
export function codeOf(interpreter: Interpreter): number {
  const flags = Object.entries(INTERPRETER_FLAGS) as [keyof typeof INTERPRETER_FLAGS, number][];
  return flags.reduce((value, [flag, bit]) => (interpreter[flag] ? value | bit : value), interpreter.number);
}
