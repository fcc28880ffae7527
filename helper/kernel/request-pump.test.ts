import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { pumpRequests } from './request-pump.ts';

type Batch = { records: Uint8Array[]; position: bigint };

function scriptedRing(next: () => Batch | null) {
  const committed: bigint[] = [];
  return {
    committed,
    closed: false,
    read: next,
    commit: (position: bigint) => void committed.push(position),
    wait: async () => {
      await delay(5);
      return false;
    },
    close() {
      this.closed = true;
    },
  };
}

test('records are heard in order and committed once heard', async () => {
  const batches: Batch[] = [
    { records: [Buffer.from('one'), Buffer.from('two')], position: 2n },
    { records: [Buffer.from('three')], position: 3n },
  ];
  const ring = scriptedRing(() => batches.shift() ?? null);
  const heard: string[] = [];
  const stop = pumpRequests(ring, (record) => {
    heard.push(Buffer.from(record).toString());
  });
  await delay(30);
  expect(heard).toEqual(['one', 'two', 'three']);
  expect(ring.committed).toEqual([2n, 3n]);
  stop();
  await delay(20);
  expect(ring.closed).toBe(true);
});

test('a ring that never empties leaves the rest of the thread its turns', async () => {
  let heard = 0;
  const ring = scriptedRing(() => ({ records: [Buffer.from('again')], position: 1n }));
  const stop = pumpRequests(ring, () => {
    heard += 1;
  });
  await delay(30);
  stop();
  expect(heard).toBeGreaterThan(10);
});
