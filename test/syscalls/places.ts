/** What the fuzzer's manifest grants, what it does not, and what lies there. */

export const HOME = '/home/dev';
export const STATE = '/var/lib/ringfence';

/** Read, write, create, delete. */
export const GRANTED = [`${HOME}/work`, `${HOME}/shared`] as const;
/** Reading alone: it holds no canary, and must stay as it is. */
export const READABLE = `${HOME}/reference`;
/** Denied within what is granted. */
export const DENIED = `${HOME}/work/deep/closed`;

/** Each holds a canary of its own: the two digits are its place in this list. */
export const CANARIES = [
  `${HOME}/.ssh/id_rsa`,
  `${HOME}/.aws/credentials`,
  '/etc/shadow',
  `${HOME}/notes/diary`,
  `${HOME}/notes/private/letter`,
  `${DENIED}/secret`,
  `${STATE}/canary`,
] as const;

/** What the fuzzer is told of what it must not get at. */
export const CLOSED = [...CANARIES, `${READABLE}/book`] as const;

/** Ends of paths to those, for whoever comes to a folder above them. */
export const TAILS = [
  'id_rsa',
  '.ssh/id_rsa',
  'credentials',
  'diary',
  'notes/diary',
  'private/letter',
  'closed/secret',
  'closed',
  'deep',
];

/** Servers of somebody else's: the first may be spoken to. */
export const OPEN_PORT = 4801;
export const CLOSED_PORT = 4802;
export const LISTEN_PORT = 4803;
export const CLOSED_SOCKET = `${HOME}/notes/service.sock`;
export const OPEN_NAME = 'ringfence-fuzzer-open';
export const CLOSED_NAME = 'ringfence-fuzzer-closed';

/** A broad manifest: everything that an agent at work in two folders wants, and what closes one place within. */
export function permissions(fuzzer: string, alsoReadable: readonly string[] = []): object {
  const everything = GRANTED.map((place) => `${place}/**`);
  return {
    filesystem: {
      read: [...everything, `${READABLE}/**`, ...alsoReadable],
      write: everything,
      deny: [`${DENIED}/**`],
    },
    network: { egress: [`127.0.0.1:${OPEN_PORT}`, `[::1]:${OPEN_PORT}`], listen: [`127.0.0.1:${LISTEN_PORT}`] },
    unix_sockets: { connect: [`@${OPEN_NAME}`, ...everything], bind: everything },
    exec: [fuzzer],
  };
}
