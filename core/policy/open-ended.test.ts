import { expect, test } from 'vitest';
import { isOpenEnded } from './open-ended.ts';

test.each([
  'python3',
  'python3.13',
  'python3.11-dbg',
  'node',
  'node-22',
  'bash',
  'fish',
  'env',
  'busybox',
  'gawk',
  'java',
  'vim.basic',
  'qemu-x86_64',
])('%s runs what others write', (file) => expect(isOpenEnded(file)).toBe(true));

test.each(['rclone', 'restic', 'nodemon', 'shred', 'javadoc', 'pythonista', 'timeouts', 'make-key'])(
  '%s does not',
  (file) => expect(isOpenEnded(file)).toBe(false),
);
