/**
 * `node test/mechanism/main.ts [--kernel 6.1|6.12] [--json FILE]`: what a hold by SIGSTOP and one by seccomp user notification
 * cost and do, measured side by side on stock kernels. docs/decisions/0008 quotes it.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bootGuest } from '../vm/boot-guest.ts';
import { CHECKOUT } from '../vm/checkout.ts';
import { KERNELS, type Kernel } from '../vm/kernel-package.ts';

const { values } = parseArgs({ options: { kernel: { type: 'string' }, json: { type: 'string' } } });

const CACHE = join(CHECKOUT, '.cache', 'mechanism');
const SOURCES = ['mechanism/mechanism', 'mechanism/notify', 'kernel/performer'];
const TIMEOUT_SECONDS = 1200;

mkdirSync(CACHE, { recursive: true });
for (const source of SOURCES) {
  const [, name = ''] = source.split('/');
  const file = join(CHECKOUT, 'test', `${source}.c`);
  execFileSync('gcc', ['-O1', '-static', '-pthread', '-Wall', '-Wextra', '-Werror', '-o', join(CACHE, name), file]);
}

async function measure(kernel: Kernel): Promise<unknown> {
  let output = '';
  const guest = await bootGuest({
    kernel,
    command: [
      '/opt/ringfence/runtime/bin/node',
      join(import.meta.dirname, 'guest.ts'),
      ...[CACHE, '/opt/ringfence/bpf/build/ringfence.bpf.o'],
    ],
    user: 'root',
    product: false,
    timeoutSeconds: TIMEOUT_SECONDS,
    console: join(CACHE, `console-${kernel}.log`),
    onOutput: (stream, chunk) => {
      if (stream === 'stdout') output += chunk.toString();
      else process.stderr.write(chunk);
    },
  });
  if (guest.exitCode !== 0) throw new Error(`the measurement on ${kernel} ended with status ${guest.exitCode}`);
  return { accelerator: guest.accelerator, ...JSON.parse(output) };
}

const results: unknown[] = [];
for (const kernel of Object.keys(KERNELS) as Kernel[])
  if (!values.kernel || kernel === values.kernel) results.push(await measure(kernel));
const text = JSON.stringify(results, null, 1);
console.log(text);
if (values.json) writeFileSync(values.json, `${text}\n`);
