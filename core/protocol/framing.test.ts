import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeFrame, type Frame, frameDecoder } from './framing.ts';

function drain(decoder: ReturnType<typeof frameDecoder>): Frame[] {
  const frames: Frame[] = [];
  for (let frame = decoder.next(); frame !== null; frame = decoder.next()) frames.push(frame);
  return frames;
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('any messages come out whole, however the stream is cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.jsonValue(), { maxLength: 5 }),
      fc.infiniteStream(fc.integer({ min: 1, max: 50 })),
      (messages, cuts) => {
        const stream = Uint8Array.from(messages.flatMap((message) => [...encodeFrame(message)]));
        const decoder = frameDecoder(1 << 20);
        const frames: Frame[] = [];
        for (let at = 0; at < stream.length; ) {
          const size = cuts.next().value as number;
          decoder.push(stream.subarray(at, at + size));
          frames.push(...drain(decoder));
          at += size;
        }
        expect(frames).toEqual(
          messages.map((value) => ({ kind: 'message', value: JSON.parse(JSON.stringify(value)) })),
        );
        expect(decoder.partial).toBe(false);
      },
    ),
  );
});

test('no bytes make it throw, and a broken stream stays broken', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 2000 }), { maxLength: 5 }), (chunks) => {
      const decoder = frameDecoder(100);
      for (const chunk of chunks) decoder.push(chunk);
      const frames = drain(decoder);
      if (frames.some((frame) => frame.kind === 'broken')) {
        decoder.push(encodeFrame(1));
        expect(decoder.next()).toBeNull();
      }
    }),
  );
});

test.each([
  ['Content-Length: x\r\n\r\n', 'malformed-message'],
  ['Content-Length: -1\r\n\r\n', 'malformed-message'],
  ['Content-Length: 1\r\nContent-Length: 2\r\n\r\n', 'malformed-message'],
  ['Content-Type: a\r\n\r\n', 'malformed-message'],
  [`${'A'.repeat(600)}`, 'malformed-message'],
  ['Content-Length: 101\r\n\r\n', 'message-too-large'],
  ['Content-Length: 999999999999\r\n\r\n', 'message-too-large'],
])('header %j is the end of the stream', (header, code) => {
  const decoder = frameDecoder(100);
  decoder.push(bytes(header));
  expect(decoder.next()).toMatchObject({ kind: 'broken', code });
  expect(decoder.next()).toBeNull();
});

test('a body that is not JSON, or not UTF-8, is reported and the next message still read', () => {
  const decoder = frameDecoder(100);
  decoder.push(bytes('Content-Length: 3\r\n\r\n{a}'));
  decoder.push(Uint8Array.of(...bytes('Content-Length: 2\r\n\r\n'), 0xff, 0xfe));
  decoder.push(encodeFrame({ fine: true }));
  expect(drain(decoder)).toEqual([
    { kind: 'malformed', problem: 'a message is not JSON' },
    { kind: 'malformed', problem: 'a message is not UTF-8' },
    { kind: 'message', value: { fine: true } },
  ]);
});

test('it knows that a frame is unfinished', () => {
  const decoder = frameDecoder(100);
  expect(decoder.partial).toBe(false);
  decoder.push(bytes('Content-Length: 5\r\n\r\n12'));
  expect(decoder.next()).toBeNull();
  expect(decoder.partial).toBe(true);
  decoder.push(bytes('345'));
  expect(decoder.next()).toEqual({ kind: 'message', value: 12345 });
  expect(decoder.partial).toBe(false);
});
