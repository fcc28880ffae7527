import { expect, test } from 'vitest';
import { incidentLog } from './incident-log.ts';

test('a flood of incidents is thirty lines a minute and a sum', () => {
  const lines: unknown[][] = [];
  let time = 0;
  const report = incidentLog({ warn: (...line: unknown[]) => void lines.push(line) } as never, () => time);
  for (let i = 0; i < 1000; i++) report({ kind: 'flood', detail: 'too much', peer: null });
  expect(lines).toHaveLength(30);
  time = 60_000;
  report({ kind: 'flood', detail: 'again', peer: null });
  expect(lines.slice(30)).toEqual([
    [{ count: 970 }, 'further incidents were not shown'],
    [{ kind: 'flood', peer: null }, 'again'],
  ]);
});
