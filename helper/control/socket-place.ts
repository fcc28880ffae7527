import { chmodSync, lstatSync, mkdirSync, unlinkSync } from 'node:fs';
import { connect, type Server } from 'node:net';
import { dirname } from 'node:path';
import { failure, type Result, success } from '../../core/result.ts';

/** Why the helper cannot listen. */
export type ListenError = {
  readonly code: 'already-running' | 'unsafe-directory' | 'cannot-listen';
  readonly message: string;
  readonly remedy: string;
};

const DIRECTORY_MODE = 0o755;
const OTHERS_MAY_WRITE = 0o022;

/** Anyone may connect; who may do what is decided by the credentials that the kernel reports. */
const SOCKET_MODE = 0o666;

/** Listens in a place that nobody else can change. */
export async function listenAt(server: Server, path: string): Promise<Result<void, ListenError>> {
  const place = await prepareSocketPlace(path);
  if (!place.ok) return place;
  const listening = await listen(server, path);
  if (listening.ok) chmodSync(path, SOCKET_MODE);
  return listening;
}

function listen(server: Server, path: string): Promise<Result<void, ListenError>> {
  return new Promise((resolve) => {
    server.once('error', (error) => {
      const remedy = 'Check that the helper runs as root and that the disk is not full.';
      resolve(failure({ code: 'cannot-listen', message: `cannot listen on ${path}: ${error.message}`, remedy }));
    });
    server.listen(path, () => resolve(success(undefined)));
  });
}

/** Makes the socket's directory, checks that only we can change it, and removes a socket that nobody serves. */
async function prepareSocketPlace(path: string): Promise<Result<void, ListenError>> {
  const directory = dirname(path);
  mkdirSync(directory, { recursive: true, mode: DIRECTORY_MODE });
  const { uid, mode } = lstatSync(directory);
  if (uid !== process.geteuid?.() || (mode & OTHERS_MAY_WRITE) !== 0) {
    const remedy = `Make it ours alone: chown root:root ${directory} && chmod 755 ${directory}`;
    return failure({ code: 'unsafe-directory', message: `others can put a socket into ${directory}`, remedy });
  }
  chmodSync(directory, DIRECTORY_MODE);
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return success(undefined);
  if (await isServed(path)) {
    const remedy = 'Stop it first: end the process “ringfenced” with SIGTERM; what it enforces stays in force';
    return failure({ code: 'already-running', message: `another helper serves ${path}`, remedy });
  }
  unlinkSync(path);
  return success(undefined);
}

function isServed(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.on('connect', () => resolve(true));
    socket.on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}
