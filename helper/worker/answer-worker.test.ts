import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { CapturedAnswer } from '../../core/names/answer-reader.ts';
import { wireName } from '../../core/names/host-name.ts';
import { A, ANSWER, encodeMessage, SAME_NAME } from '../../core/names/testing/dns-message.ts';
import { decodeAnswers, decodeCapture, encodeAnswers, encodeCapture } from './answer-message.ts';
import { AnswerWorker } from './answer-worker.ts';

let worker: AnswerWorker | null = null;
afterEach(() => worker?.close());

const name = wireName('api.example.com');
const data = Uint8Array.of(203, 0, 113, 1);
const message = encodeMessage({
  id: 1,
  flags: ANSWER,
  name,
  type: A,
  records: [{ owner: SAME_NAME, type: A, ttl: 9, data }],
});
const framed = Uint8Array.of(message.length >> 8, message.length & 0xff, ...message);
const address = Uint8Array.of(...new Uint8Array(10), 0xff, 0xff, 203, 0, 113, 1);
const ANSWERS = [{ name, addresses: [{ address, seconds: 9 }] }];

function segment(sequence: number, bytes: Uint8Array, begins = false): CapturedAnswer {
  return { session: 2n ** 63n + 1n, socket: 2n ** 62n + 3n, protocol: 'tcp', sequence, begins, bytes };
}

test('one worker reads capture after capture, and remembers what a stream has begun with', async () => {
  worker = new AnswerWorker();
  expect(await worker.ready()).toBe(true);
  const datagram: CapturedAnswer = { ...segment(0, message), protocol: 'udp' };
  expect(await worker.read(datagram)).toEqual({ ok: true, value: ANSWERS });
  expect(await worker.read(segment(7, new Uint8Array(0), true))).toEqual({ ok: true, value: [] });
  expect(await worker.read(segment(8, framed.slice(0, 1)))).toEqual({ ok: true, value: [] });
  expect(await worker.read(segment(9, framed.slice(1)))).toEqual({ ok: true, value: ANSWERS });
});

test('a worker that does not come up, or falls silent, is a failure and not for ever', async () => {
  worker = new AnswerWorker({ program: join(import.meta.dirname, 'testing/never-ready.ts'), readyWithin: 700 });
  expect(await worker.ready()).toBe(false);
  expect(await worker.read(segment(0, message))).toMatchObject({ ok: false });
});

test('captures and answers come across whole', () => {
  const capture = segment(0xffff_ffff, message);
  expect(decodeCapture(encodeCapture(capture))).toEqual(capture);
  expect(decodeAnswers(encodeAnswers(ANSWERS))).toEqual({ ok: true, value: ANSWERS });
});

test.each([
  ['no JSON', 'x'],
  ['no list', '{}'],
  ['another field', JSON.stringify([{ name: 'AAA=', addresses: [], more: 1 }])],
  ['a short address', JSON.stringify([{ name: 'AAA=', addresses: [{ address: 'AAA=', seconds: 1 }] }])],
  ['a time that is none', encodeAnswers([{ name, addresses: [{ address, seconds: -1 }] }])],
  ['a long name', encodeAnswers([{ name: new Uint8Array(256), addresses: [] }])],
  [
    'too many addresses',
    encodeAnswers([{ name, addresses: Array.from({ length: 65 }, () => ({ address, seconds: 1 })) }]),
  ],
])('refuses what a worker must not say: %s', (_, frame) => expect(decodeAnswers(frame)).toMatchObject({ ok: false }));
