import { join } from 'node:path';
import { bootGuest } from './boot-guest.ts';
import { type Canaries, plantCanaries } from './canary.ts';
import { CHECKOUT, GUEST_CACHE } from './checkout.ts';
import { GuestError } from './guest-error.ts';
import { KERNELS, type Kernel } from './kernel-package.ts';
import { findExposure } from './virtiofsd.ts';

export type Check = { name: string; ok: boolean; detail: string };
export type SelfcheckResult = { kernel: Kernel; release: string; ok: boolean; checks: Check[] };

/** The program that a guest runs as root, with the canaries' paths as arguments. */
export const SELFCHECK_PROGRAM = join(CHECKOUT, 'test', 'vm', 'guest', 'selfcheck.sh');

export function selfcheckCommand({ hidden, shown }: Canaries): string[] {
  return ['/bin/sh', SELFCHECK_PROGRAM, shown, ...hidden];
}

/** The guest's own file of that name lies where this machine's would: what counts is the machine's, mounted again. */
const OWN_IN_GUEST = ['/etc/shadow'];

/**
 * Judges what SELFCHECK_PROGRAM said. `sealed`: whether this machine's kernel itself holds the guest to its view; where it
 * cannot, the guest's root can mount more, and only what is mounted from the start is judged.
 */
export function judgeSelfcheck(kernel: Kernel, output: string, canaries: Canaries, sealed: boolean): SelfcheckResult {
  const lines = output.split('\n').filter((line) => line !== '');
  const values = (word: string) =>
    lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));
  const release = values('release').join();
  const same = (name: string, actual: string, expected: string): Check => {
    return {
      name,
      ok: actual === expected,
      detail: actual === expected ? actual : `${actual || 'nothing'}, not ${expected}`,
    };
  };
  const lsm = values('lsm').join();
  const views = sealed ? ['here', 'again'] : ['here'];
  const hidden = canaries.hidden.flatMap((path) => views.map((view) => ({ path, view })));
  const ownName = (path: string, view: string) => view === 'here' && OWN_IN_GUEST.includes(path);
  const checks = [
    { name: 'kernel', ok: release.startsWith(`${kernel}.`), detail: release },
    { name: 'bpf is an active security module', ok: lsm.split(',').includes('bpf'), detail: lsm },
    same('loopback is the only network', values('interface').join(), 'lo'),
    same("no user's password is in the guest's /etc/shadow", values('passwords').join(), 'none'),
    ...['/home', '/workspace', '/tmp'].map((place) => {
      const found = values('filesystem').find((line) => line.startsWith(`${place} `));
      return same(`${place} is ext4`, found?.slice(place.length + 1) ?? '', 'ext4');
    }),
    ...views.map((view) =>
      same(`control: a shown file is seen (${view})`, stateOf(values(view), canaries.shown), 'readable'),
    ),
    ...hidden
      .filter(({ path, view }) => !ownName(path, view))
      .map(({ path, view }) => same(`${path} is hidden (${view})`, stateOf(values(view), path), 'hidden')),
    { name: 'there are files to hide', ok: canaries.hidden.length > 0, detail: `${canaries.hidden.length} files` },
  ];
  return { kernel, release, ok: checks.every(({ ok }) => ok), checks };
}

function stateOf(lines: readonly string[], path: string): string {
  return lines.find((line) => line.endsWith(` ${path}`))?.slice(0, -path.length - 1) ?? '';
}

/** Boots a guest of its own for the check. @throws GuestError */
export async function selfcheck(kernel: Kernel): Promise<SelfcheckResult> {
  using canaries = plantCanaries();
  let output = '';
  await bootGuest({
    ...{ kernel, command: selfcheckCommand(canaries), user: 'root', product: false, timeoutSeconds: 120 },
    console: join(GUEST_CACHE, 'console', `selfcheck-${kernel}-${process.pid}.log`),
    onOutput: (stream, chunk) => {
      if (stream === 'stdout') output += chunk.toString();
    },
  });
  const sealed = (await findExposure(process.getuid?.() === 0)) === 'view';
  return judgeSelfcheck(kernel, output, canaries, sealed);
}

async function main(): Promise<void> {
  for (const kernel of Object.keys(KERNELS) as Kernel[]) {
    const { ok, checks } = await selfcheck(kernel);
    for (const check of checks) console.log(`${check.ok ? 'ok  ' : 'FAIL'} ${kernel} ${check.name}: ${check.detail}`);
    if (!ok) process.exitCode = 1;
  }
}

if (import.meta.main) {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof GuestError)) throw error;
    console.error(error.describe());
    process.exitCode = 1;
  }
}
