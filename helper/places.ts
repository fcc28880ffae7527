/** Where an installed helper keeps things. Tests and a development start pass others. */
import { basename, join } from 'node:path';
import { ROOT } from './entry-points.ts';

export interface Places {
  readonly socket: string;
  /** Of the agents: they may ask why they were refused. */
  readonly whySocket: string;
  /** Programs, maps and links in bpffs. */
  readonly pins: string;
  /** What lives as long as the pins: sessions. Root's alone. */
  readonly runtime: string;
  /** Evidence, its index and the log's key. Root's alone. */
  readonly state: string;
  readonly trustedKeys: string;
  readonly revokedKeys: string;
  /** Manifests of agents that an administrator has had signed: read by everyone, written by root. */
  readonly starters: string;
  readonly kernelObject: string;
  readonly selfTestObject: string;
  readonly watchdog: string;
  /** The desktop app, by its executable: where a person's click counts. */
  readonly desktops: readonly string[];
}

export const INSTALLED_PLACES: Places = {
  socket: '/run/ringfence/control.sock',
  whySocket: '/run/ringfence-why/why.sock',
  pins: '/sys/fs/bpf/ringfence',
  runtime: '/run/ringfence/sessions',
  state: '/var/lib/ringfence',
  trustedKeys: '/etc/ringfence/trusted-keys.d',
  revokedKeys: '/etc/ringfence/revoked-keys.d',
  starters: '/etc/ringfence/starters',
  kernelObject: join(ROOT, 'bpf/build/ringfence.bpf.o'),
  selfTestObject: join(ROOT, 'bpf/build/selftest.bpf.o'),
  watchdog: join(ROOT, 'native/build/ringfence-watchdog'),
  desktops: ['/opt/ringfence/desktop/ringfence-desktop'],
};

/** All of it in a folder of root's: to try a helper out beside an installed one, which keeps what it has. */
export function placesIn(folder: string): Places {
  return {
    ...INSTALLED_PLACES,
    socket: join(folder, 'control.sock'),
    whySocket: join(folder, 'why/why.sock'),
    pins: join('/sys/fs/bpf', basename(folder)),
    runtime: join(folder, 'sessions'),
    state: join(folder, 'state'),
    starters: join(folder, 'starters'),
    desktops: [],
  };
}
