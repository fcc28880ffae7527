import { expect, test } from 'vitest';
import { ALLOW_ZONE } from '../../core/protocol/desktop.ts';
import { inAllowZone } from './allow-zone.ts';

const content = { x: 100, y: 50, width: 560, height: 680 };
const right = content.x + content.width - ALLOW_ZONE.right;
const bottom = content.y + content.height - ALLOW_ZONE.bottom;
const { width, height } = ALLOW_ZONE;

test('inside, on the edge, outside', () => {
  const at = (x: number, y: number) => inAllowZone({ x, y }, content, 1);
  expect(at(right - width / 2, bottom - height / 2)).toBe(true);
  expect(at(right - 1, bottom - 1)).toBe(true);
  expect(at(right - width + 1, bottom - height + 1)).toBe(true);
  for (const [x, y] of [
    [right, bottom - 1],
    [right - 1, bottom],
    [right - width, bottom - 1],
    [right - 1, bottom - height],
    [0, 0],
    [right - width / 2, content.y + 10],
  ] as const) {
    expect(at(x, y), `${x}, ${y}`).toBe(false);
  }
});

test('a page at twice its size has a zone of twice the size', () => {
  const at = (x: number, y: number) =>
    inAllowZone({ x: content.x + content.width - x, y: content.y + content.height - y }, content, 2);
  expect(at(2 * ALLOW_ZONE.right + 1, 2 * ALLOW_ZONE.bottom + 1)).toBe(true);
  expect(at(ALLOW_ZONE.right + 1, ALLOW_ZONE.bottom + 1)).toBe(false);
});
