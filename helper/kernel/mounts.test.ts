import { describe, expect, it } from 'vitest';
import { parseMounts } from './mounts.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('parseMounts', () => {
  it('reads device, root, mount point and type', () => {
    const text = '36 35 98:3 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue\n';
    expect(parseMounts(bytes(text))).toEqual([
      { device: (98 << 20) | 3, root: '/mnt1', mountpoint: '/mnt2', type: 'ext3' },
    ]);
  });

  it('reads escaped spaces and UTF-8 names', () => {
    const text = '36 35 0:30 / /media/My\\040Düsk rw - tmpfs tmpfs rw\n';
    expect(parseMounts(bytes(text))[0]?.mountpoint).toBe('/media/My Düsk');
  });

  it('copes with several optional fields and with none', () => {
    const text = '1 0 0:1 / /a rw shared:1 master:2 - tmpfs t rw\n2 0 0:2 / /b rw - tmpfs t rw\n';
    expect(parseMounts(bytes(text)).map((mount) => mount.mountpoint)).toEqual(['/a', '/b']);
  });

  it('leaves out what it does not understand', () => {
    expect(parseMounts(bytes('nonsense\n36 35 x:y / /a rw - ext4 d rw\n'))).toEqual([]);
  });
});
