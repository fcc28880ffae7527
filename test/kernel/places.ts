/** Directories and mounts of the kernel suite, in the guest. */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';

/** ext4 with a folder shown twice, and a tmpfs. Mounts stay when the places are emptied: they lie above them. */
export function makePlaces(): void {
  mkdirSync('/home/place/a', { recursive: true });
  mkdirSync('/mnt/alias', { recursive: true });
  execFileSync('mount', ['--bind', '/home/place/a', '/mnt/alias']);
  mkdirSync('/mnt/memory', { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', '/mnt/memory']);
  mkdirSync('/mnt/memory/place');
}
