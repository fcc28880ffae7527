import { join } from 'node:path';
import { bootGuest } from './boot-guest.ts';
import { GUEST_CACHE } from './checkout.ts';
import { GuestError } from './guest-error.ts';

const separator = process.argv.indexOf('--');
const kernel = process.argv[process.argv.indexOf('--kernel') + 1] === '6.1' ? '6.1' : '6.12';
try {
  const result = await bootGuest({
    kernel,
    command: process.argv.slice(separator + 1),
    user: process.argv.includes('--root') ? 'root' : 'dev',
    product: false,
    timeoutSeconds: 300,
    console: join(GUEST_CACHE, `console-${kernel}-${process.pid}.log`),
    onOutput: (stream, chunk) => void process[stream].write(chunk),
    onProgress: (line) => console.error(line),
  });
  console.error(result);
  process.exitCode = result.exitCode;
} catch (error) {
  if (!(error instanceof GuestError)) throw error;
  console.error(error.describe());
  process.exitCode = 1;
}
