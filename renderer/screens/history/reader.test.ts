import { expect, test } from 'vitest';
import type { AuditEntry } from '../../../core/protocol/audit.ts';
import type { DesktopBridge } from '../../../core/protocol/desktop.ts';
import { scriptedBridge } from '../../testing/bridge.ts';
import { sampleEntry } from '../../testing/records.ts';
import { SCENES } from '../../testing/scenes.ts';
import { type HistoryFilter, NO_FILTER } from './filter.ts';
import { HistoryReader, merged, type Reading } from './reader.ts';

const bridgeOver = (records: number) => scriptedBridge({ ...SCENES['history-empty'], records });

async function read(bridge: DesktopBridge, filter: Partial<HistoryFilter>, until: (reading: Reading) => boolean) {
  const reader = new HistoryReader(bridge, { ...NO_FILTER, ...filter });
  await settled(reader, until);
  return reader;
}

async function settled(reader: HistoryReader, until: (reading: Reading) => boolean): Promise<void> {
  if (until(reader.read())) return;
  await new Promise<void>((resolve) => {
    const stop = reader.subscribe(() => {
      if (!until(reader.read())) return;
      stop();
      resolve();
    });
  });
}

const isOver = ({ is }: Reading): boolean => is !== 'reading';
const numbers = (reader: HistoryReader): number[] => reader.read().entries.map(({ record }) => record.seq);

test('a short log is read whole at once, the newest first', async () => {
  const reader = await read(bridgeOver(40), {}, isOver);
  expect(reader.read().is).toBe('complete');
  expect(numbers(reader)).toEqual(Array.from({ length: 40 }, (_, index) => 40 - index));
});

test('a long log is read as far as it is looked at, without a hole', async () => {
  const reader = await read(bridgeOver(2600), {}, isOver);
  expect(reader.read()).toMatchObject({ is: 'resting', oldest: 2101 });
  reader.want(2600);
  await settled(reader, ({ is }) => is === 'complete');
  expect(numbers(reader)).toEqual(Array.from({ length: 2600 }, (_, index) => 2600 - index));
});

test('an empty log is complete', async () => {
  expect((await read(bridgeOver(0), {}, isOver)).read()).toMatchObject({ is: 'complete', entries: [] });
});

test('a text that nothing has is searched for only as far as patience goes, and further when told', async () => {
  const reader = await read(bridgeOver(60_000), { text: 'no such thing' }, isOver);
  expect(reader.read().is).toBe('waiting');
  expect(reader.read().oldest).toBeGreaterThan(1);
  reader.insist();
  await settled(reader, ({ is }) => is === 'complete');
});

test('once stopped it reads no further', async () => {
  const bridge = bridgeOver(60_000);
  const reader = new HistoryReader(bridge, { ...NO_FILTER, text: 'no such thing' });
  await settled(reader, ({ oldest }) => oldest !== null);
  reader.stop();
  await settled(reader, isOver);
  const asked = bridge.asked.length;
  reader.insist();
  await reader.catchUp();
  expect(bridge.asked.length).toBe(asked);
});

test('only what passes is kept, of pages and of news', async () => {
  const bridge = bridgeOver(300);
  const reader = await read(bridge, { chips: ['require_approval'], text: 'PASSPORT' }, isOver);
  const verdicts = new Set(reader.read().entries.map(({ record }) => record.verdict));
  expect([...verdicts]).toEqual(['require_approval']);
  const before = reader.read().entries.length;
  const news = Array.from({ length: 12 }, (_, index) => sampleEntry(301 + index, 312));
  reader.take(news);
  const asked = news.filter(({ record }) => record.verdict === 'require_approval').length;
  expect(asked).toBeGreaterThan(0);
  expect(reader.read().entries).toHaveLength(before + asked);
});

test('a failure is said, and what was read stays', async () => {
  const bridge = bridgeOver(2600);
  const reader = await read(bridge, {}, isOver);
  bridge.fail('audit.page', { code: 'unavailable', message: 'gone' });
  reader.want(2600);
  await settled(reader, ({ is }) => is === 'failed');
  expect(reader.read()).toMatchObject({ error: { message: 'gone' } });
  expect(reader.read().entries).toHaveLength(500);
  bridge.fail('audit.page', null);
  reader.insist();
  await settled(reader, ({ is }) => is === 'complete');
});

test('records too large for one message are asked for in smaller pages', async () => {
  const bridge = bridgeOver(700);
  const strict: DesktopBridge = {
    listen: bridge.listen,
    call: (name, params) =>
      name === 'audit.page' && (params as { limit: number }).limit > 100
        ? Promise.resolve({ ok: false, error: { code: 'response-too-large', message: 'too large' } })
        : bridge.call(name, params),
  };
  const reader = await read(strict, {}, isOver);
  reader.want(700);
  await settled(reader, ({ is }) => is === 'complete');
  expect(numbers(reader)).toHaveLength(700);
});

test('what was written while nobody told is caught up with', async () => {
  const bridge = bridgeOver(20);
  const reader = await read(bridge, {}, isOver);
  bridge.tell('records', [sampleEntry(21, 21), sampleEntry(22, 22)]); // nobody listens
  await reader.catchUp();
  expect(numbers(reader).slice(0, 3)).toEqual([22, 21, 20]);
});

test('each record is there once', () => {
  const entry = (seq: number): AuditEntry => sampleEntry(seq, 10);
  const known = [entry(3), entry(2)];
  expect(merged(known, [entry(2), entry(4), entry(1)]).map(({ record }) => record.seq)).toEqual([4, 3, 2, 1]);
  expect(merged(known, [entry(2)])).toBe(known);
});
