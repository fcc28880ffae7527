/** Builds of the kernel programs as earlier and later ones would be, made from the ones of this checkout. */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileBpf } from '../../../build/bpf.ts';
import { CHECKOUT } from '../../vm/checkout.ts';

interface Change {
  readonly file: string;
  readonly before: string;
  readonly after: string;
}

const LICENSE = 'char LICENSE[] SEC("license") = "GPL";\n';
const TASK = 'struct labelled_task {\n';

const CHANGES = {
  /** A program more; the maps are the same. */
  changed: {
    file: 'ringfence.bpf.c',
    before: LICENSE,
    after: `${LICENSE}\nSEC("syscall")\nint rf_of_another_build(void *context)\n{\n\treturn 7;\n}\n`,
  },
  /** A field more for each labelled task. */
  layout: { file: 'maps.h', before: TASK, after: `${TASK}\t__u64 of_another_build[2];\n` },
  /** Maps as large as before, with something else in one place of a value. */
  moved: { file: 'ringfence.h', before: '\t__u32 approver;\n\t__u32 once;', after: '\t__u32 once;\n\t__u32 approver;' },
  /** Reads what no program may. */
  refused: {
    file: 'ringfence.bpf.c',
    before: LICENSE,
    after: `${LICENSE}\nSEC("lsm/path_chroot")\nint rf_of_another_build(__u64 *context)\n{\n\treturn *(int *)(context[0] * 3);\n}\n`,
  },
} as const satisfies Readonly<Record<string, Change>>;

export type Build = keyof typeof CHANGES;

/** NAME.bpf.o for each, in the folder. @throws ToolFailure with the compiler's words */
export async function compileBuilds(folder: string): Promise<void> {
  for (const [name, { file, before, after }] of Object.entries(CHANGES)) {
    const source = join(folder, name);
    rmSync(source, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    cpSync(join(CHECKOUT, 'bpf'), source, { recursive: true, filter: (path) => !path.endsWith('/build') });
    const text = readFileSync(join(source, file), 'utf8');
    if (!text.includes(before)) throw new Error(`${file} has no longer “${before}”`);
    writeFileSync(join(source, file), text.replace(before, after));
    await compileBpf(join(source, 'ringfence.bpf.c'), join(folder, `${name}.bpf.o`));
  }
}
