import { expect, it } from 'vitest';
import { waitingCall } from '../agent.ts';
import { CODEX } from './codex.ts';

const told = (line: string) =>
  `Chunk ID: b24ba9\nWall time: 30.0277 seconds\n${line}\nOriginal token count: 0\nOutput:\n`;

it('waits for a command that is left running', () => {
  const call = waitingCall(CODEX.leftRunning, told('Process running with session ID 89766'));
  expect(call).toMatchObject({ tool: 'write_stdin', arguments: { session_id: 89766, chars: '' } });
});

it.each([told('Process exited with code 0'), 'echo Process running with session ID 1', ''])(
  'and for no other: %j',
  (text) => {
    expect(waitingCall(CODEX.leftRunning, text)).toBeNull();
  },
);

it('is not asked where an agent leaves nothing running', () => {
  expect(waitingCall(undefined, told('Process running with session ID 89766'))).toBeNull();
});
