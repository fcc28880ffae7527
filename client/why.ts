/** The agents' own question: why was I refused? */
import { connect, type Socket } from 'node:net';
import { z } from 'zod';
import { fromWireError, type ProtocolError } from '../core/protocol/errors.ts';
import { encodeFrame, frameDecoder } from '../core/protocol/framing.ts';
import { WHY } from '../core/protocol/methods.ts';
import { failure, type Result, success } from '../core/result.ts';
import { type ConnectError, lost, noAnswer, socketError, unreadable } from './connect-error.ts';

export const WHY_SOCKET = '/run/ringfence-why/why.sock';

const ANSWER_WITHIN = 10_000;
const MAX_ANSWER_BYTES = 1024 * 1024;

export type Refusals = z.output<typeof WHY.result>;
type Answer = Result<Refusals, ConnectError | ProtocolError>;

const wireAnswer = z.object({
  result: z.unknown().optional(),
  error: z.object({ message: z.string(), data: z.unknown().optional() }).optional(),
});

/** The last refusals of the caller's own session, newest first. */
export function askWhy(options: { readonly socketPath?: string; readonly limit?: number } = {}): Promise<Answer> {
  const path = options.socketPath ?? WHY_SOCKET;
  return new Promise((resolve) => {
    const socket = connect(path);
    const end = (answer: Answer): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(ANSWER_WITHIN, () => end(failure(noAnswer(ANSWER_WITHIN))));
    socket.once('error', (error) => end(failure(socketError(error, path))));
    socket.once('close', () => end(failure(lost('the helper closed it'))));
    socket.once('connect', () => {
      const params = options.limit === undefined ? {} : { limit: options.limit };
      socket.write(encodeFrame({ jsonrpc: '2.0', id: 1, method: 'why', params }));
    });
    readAnswer(socket, end);
  });
}

function readAnswer(socket: Socket, end: (answer: Answer) => void): void {
  const decoder = frameDecoder(MAX_ANSWER_BYTES);
  socket.on('data', (bytes: Uint8Array) => {
    decoder.push(bytes);
    const frame = decoder.next();
    if (frame === null) return;
    const answer = wireAnswer.safeParse(frame.kind === 'message' ? frame.value : null);
    if (!answer.success) end(failure(unreadable('answer')));
    else if (answer.data.error) end(failure(fromWireError(answer.data.error)));
    else {
      const result = WHY.result.safeParse(answer.data.result);
      end(result.success ? success(result.data) : failure(unreadable('answer to why')));
    }
  });
}
