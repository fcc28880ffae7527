/** Holes that are planted in the kernel programs, each of which the fuzzer has to find. */
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { compileBpf } from '../../build/bpf.ts';
import { CHECKOUT } from '../vm/checkout.ts';
import { CACHE } from './compile.ts';
import holes from './holes.json' with { type: 'json' };

const hole = z.strictObject({
  name: z.string().min(1),
  /** What it lets through: a canary is read, or a protected place is changed. */
  shows: z.enum(['canary', 'change']),
  edits: z.array(z.strictObject({ file: z.string(), from: z.string().min(1), to: z.string() })).min(1),
});
export type Hole = z.infer<typeof hole>;

export const HOLES: readonly Hole[] = z.array(hole).parse(holes);

const BPF = join(CHECKOUT, 'bpf');

const folderOf = ({ name }: Hole): string => join(CACHE, 'holes', name.replaceAll(/[^a-z]+/gi, '-'));
export const objectOf = (one: Hole): string => join(folderOf(one), 'hole.o');

/** Throws where the text that stands for what is taken out is not there exactly once. */
export function withHole(text: string, { from, to }: Hole['edits'][number]): string {
  if (text.split(from).length !== 2) throw new Error(`“${from}” is not there exactly once`);
  return text.replace(from, () => to);
}

/** It takes half a minute on a slow machine. */
function isUpToDate(one: Hole): boolean {
  const sources = globSync('*.{h,c}', { cwd: BPF }).map((name) => join(BPF, name));
  const made = statSync(objectOf(one), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return [...sources, join(import.meta.dirname, 'holes.json')].every((path) => statSync(path).mtimeMs < made);
}

export async function compileHole(one: Hole): Promise<void> {
  const folder = folderOf(one);
  if (isUpToDate(one)) return;
  if (existsSync(folder)) rmSync(folder, { recursive: true });
  mkdirSync(CACHE, { recursive: true });
  cpSync(BPF, folder, { recursive: true });
  for (const edit of one.edits) {
    const path = join(folder, edit.file);
    writeFileSync(path, withHole(readFileSync(path, 'utf8'), edit));
  }
  await compileBpf(join(folder, 'ringfence.bpf.c'), objectOf(one));
}
