import { spawnSync } from 'node:child_process';
import { ROOT } from '../../build/root.ts';

/**
 * Chromium's sandbox does not serve root. Whoever runs this as root runs it again as a user to whom, in a namespace, root's
 * files belong: the checkout may lie where nobody else can read it. Does not return then.
 */
export function leaveRoot(): void {
  if (process.getuid?.() !== 0) return;
  const words = ['--user', '--map-user=1000', '--map-group=1000', process.execPath, ...process.argv.slice(1)];
  const { status, error } = spawnSync('unshare', words, { stdio: 'inherit', cwd: ROOT });
  if (error) console.error(`unshare: ${error.message}`);
  process.exit(status ?? 1);
}
