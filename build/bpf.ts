// bpf/NAME.bpf.c -> bpf/build/NAME.bpf.o: one CO-RE object each, for every kernel we support.
import { globSync, mkdirSync, renameSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fingerprint, isUpToDate, markUpToDate, programPath } from './fingerprint.ts';
import { ROOT } from './root.ts';
import { runSteps } from './steps.ts';
import { runTool } from './tool.ts';

const OUTPUT = 'bpf/build';
const MULTIARCH_INCLUDE = '/usr/include/x86_64-linux-gnu'; // <asm/types.h>, which clang's BPF target does not look for

const FLAGS = [
  '-target',
  'bpf',
  '-mcpu=v3', // 32-bit arithmetic and atomics: every kernel from 5.12
  '-D__TARGET_ARCH_x86',
  '-O2',
  '-g', // for BTF; DWARF is stripped below
  '-std=gnu11',
  '-Wall',
  '-Wextra',
  '-Werror',
  '-Wno-unused-parameter', // BPF_PROG names every argument of its hook
  '-Wno-missing-declarations',
  `-ffile-prefix-map=${ROOT}=.`,
  '-isystem',
  MULTIARCH_INCLUDE,
];

/** One object of one program, with the headers beside it. @throws ToolFailure with the compiler's words */
export async function compileBpf(program: string, output: string): Promise<void> {
  await runTool('clang', [...FLAGS, '-I', dirname(program), '-c', program, '-o', output]);
  await runTool('llvm-strip', ['-g', output]); // keeps .BTF and .BTF.ext
}

/** Compiles what is out of date. @throws ToolFailure with the compiler's words */
export async function buildBpf(): Promise<string | null> {
  const programs = globSync('bpf/*.bpf.c', { cwd: ROOT }).sort();
  const headers = globSync('bpf/*.h', { cwd: ROOT }).map((path) => join(ROOT, path));
  const made: string[] = [];
  for (const program of programs) {
    const output = join(OUTPUT, basename(program).replace(/\.c$/, '.o'));
    const print = fingerprint({
      sources: [join(ROOT, program), ...headers],
      tools: [programPath('clang'), programPath('llvm-strip'), '/usr/include/bpf/bpf_helpers.h'],
      arguments: FLAGS,
    });
    if (isUpToDate(join(ROOT, output), print)) continue;
    mkdirSync(join(ROOT, OUTPUT), { recursive: true });
    await compileBpf(program, `${output}.new`);
    renameSync(join(ROOT, `${output}.new`), join(ROOT, output));
    markUpToDate(join(ROOT, output), print);
    made.push(basename(output));
  }
  return made.length === 0 ? null : made.join(', ');
}

if (import.meta.main) process.exitCode = await runSteps({ 'kernel programs': buildBpf });
