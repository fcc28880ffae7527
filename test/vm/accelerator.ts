import { spawn } from 'node:child_process';
import { accessSync, constants, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeCpio } from './cpio.ts';
import type { Accelerator } from './qemu-command.ts';

/** How long a guest under KVM may take to its first program; where it works this is well below a second. */
const PROBE_MS = 2000;
const SIGN_OF_LIFE = 'ringfence-guest-lives';

/** KVM where a small guest really reaches its first program with it (the device alone proves nothing), else emulation. */
export async function chooseAccelerator(
  qemu: string,
  kernelImage: string,
  busybox: string,
  directory: string,
): Promise<Accelerator> {
  try {
    accessSync('/dev/kvm', constants.R_OK | constants.W_OK);
  } catch {
    return 'tcg';
  }
  const initramfs = join(directory, 'probe.cpio');
  const init = `#!/busybox sh\n/busybox echo ${SIGN_OF_LIFE}\n/busybox poweroff -f\n`;
  writeFileSync(
    initramfs,
    writeCpio([
      { type: 'file', path: 'busybox', bytes: readFileSync(busybox), executable: true },
      { type: 'file', path: 'init', bytes: Buffer.from(init), executable: true },
    ]),
  );
  return (await showsLife(qemu, kernelImage, initramfs)) ? 'kvm' : 'tcg';
}

function showsLife(qemu: string, kernelImage: string, initramfs: string): Promise<boolean> {
  const machine = ['-nodefaults', '-no-user-config', '-no-reboot', '-display', 'none', '-accel', 'kvm', '-cpu', 'host'];
  const boot = ['-m', '256M', '-kernel', kernelImage, '-initrd', initramfs, '-append', 'console=ttyS0 quiet panic=-1'];
  return new Promise((resolve) => {
    const probe = spawn(qemu, [...machine, ...boot, '-serial', 'stdio'], { stdio: ['ignore', 'pipe', 'ignore'] });
    const timer = setTimeout(() => probe.kill('SIGKILL'), PROBE_MS);
    let seen = '';
    probe.stdout.on('data', (chunk: Buffer) => {
      seen += chunk.toString('latin1');
      if (seen.includes(SIGN_OF_LIFE)) probe.kill('SIGKILL');
    });
    probe.on('error', () => resolve(false));
    probe.on('close', () => {
      clearTimeout(timer);
      resolve(seen.includes(SIGN_OF_LIFE));
    });
  });
}
