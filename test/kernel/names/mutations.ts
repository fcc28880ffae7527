/**
 * `node test/kernel/names/mutations.ts [--kernel 6.1|6.12] [--only PART-OF-NAME]`: takes guards out of bpf/answers.h and bpf/names.h one at
 * a time, and sees at least one check of the part `names` fail for each. To be run by hand after `test/kernel/main.ts --part names`, which
 * compiles the programs that it uses; each takes a minute or two of an emulated guest.
 */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { compileBpf } from '../../../build/bpf.ts';
import { bootGuest } from '../../vm/boot-guest.ts';
import { CHECKOUT } from '../../vm/checkout.ts';
import { KERNELS, type Kernel } from '../../vm/kernel-package.ts';
import mutations from './mutations.json' with { type: 'json' };

const mutation = z.strictObject({
  name: z.string().min(1),
  /** Of the part `names`: where it has to show. */
  group: z.string().min(1),
  edits: z.array(z.strictObject({ file: z.string(), from: z.string().min(1), to: z.string() })).min(1),
});
type Mutation = z.infer<typeof mutation>;

const { values } = parseArgs({ options: { kernel: { type: 'string', default: '6.12' }, only: { type: 'string' } } });
const NODE = '/opt/ringfence/runtime/bin/node';
const PROGRAMS = join(CHECKOUT, '.cache', 'kernel-suite');
const MUTANTS = join(CHECKOUT, '.cache', 'mutants');
const BPF = join(CHECKOUT, 'bpf');
const TIMEOUT_SECONDS = 900;

/** The object without the guard. Throws where the text that stands for it is not there exactly once. */
async function compileMutant({ name, edits }: Mutation): Promise<string> {
  const folder = join(MUTANTS, name.replaceAll(/[^a-z]+/gi, '-'));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(MUTANTS, { recursive: true });
  cpSync(BPF, folder, { recursive: true });
  for (const { file, from, to } of edits) {
    const text = readFileSync(join(folder, file), 'utf8');
    if (text.split(from).length !== 2) throw new Error(`${name}: “${from}” is not in ${file} exactly once`);
    writeFileSync(
      join(folder, file),
      text.replace(from, () => to),
    );
  }
  const object = join(folder, 'mutant.o');
  await compileBpf(join(folder, 'ringfence.bpf.c'), object);
  return object;
}

/** The checks of the group that fail with this object; null: it does not even load. */
async function failures(kernel: Kernel, object: string, group: string): Promise<string[] | null> {
  let output = '';
  await bootGuest({
    kernel,
    command: [
      ...[NODE, join(import.meta.dirname, 'guest.ts'), '--programs', PROGRAMS],
      ...['--object', object, '--only', group, '--first'],
    ],
    user: 'root',
    product: false,
    timeoutSeconds: TIMEOUT_SECONDS,
    console: join(MUTANTS, `console-${kernel}.log`),
    onOutput: (_stream, chunk) => {
      output += chunk.toString();
    },
  });
  writeFileSync(join(MUTANTS, 'last-output'), output);
  if (!/^\d+ passed, \d+ failed$/m.test(output)) return null;
  return [...output.matchAll(/^\s*not ok - (.*)$/gm)].map(([, what = '']) => what);
}

const kernel = values.kernel as Kernel;
if (!Object.hasOwn(KERNELS, kernel)) throw new Error(`there is no kernel ${values.kernel}`);
const chosen = z
  .array(mutation)
  .parse(mutations)
  .filter(({ name }) => name.includes(values.only ?? ''));
let survived = 0;
for (const one of chosen) {
  const found = await failures(kernel, await compileMutant(one), one.group);
  const isNoticed = found !== null && found.length > 0;
  if (!isNoticed) survived += 1;
  const what = found === null ? 'it does not load or come to its end' : (found[0]?.slice(0, 160) ?? 'nothing fails');
  console.log(`${isNoticed ? 'ok' : 'not ok'} - ${one.name}: ${what}`);
}
console.log(`${chosen.length - survived} passed, ${survived} failed`);
process.exitCode = survived === 0 ? 0 : 1;
