import { describe, expect, it } from 'vitest';
import { HostPaths } from './host-paths.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (value: Uint8Array | null) => value && new TextDecoder().decode(value);
const mounts = [
  { device: 1, root: '/', mountpoint: '/', type: 'ext4' },
  { device: 2, root: '/', mountpoint: '/mnt/disk', type: 'ext4' },
  { device: 2, root: '/home', mountpoint: '/home', type: 'ext4' },
  { device: 3, root: '/only', mountpoint: '/part', type: 'btrfs' },
];

describe('HostPaths', () => {
  it.each([
    [1, '/etc/passwd', '/etc/passwd'],
    [1, '', '/'],
    [2, '/other/file', '/mnt/disk/other/file'],
    [2, '/home/u/x', '/home/u/x'],
    [2, '/home', '/home'],
    [2, '/homework', '/mnt/disk/homework'],
    [3, '/only/x', '/part/x'],
    [3, '/elsewhere', null],
    [4, '/x', null],
  ])('device %i %s is %s', (device, path, expected) => {
    expect(text(new HostPaths(mounts).of(device, bytes(path)))).toBe(expected);
  });
});
