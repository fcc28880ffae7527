import { expect, test } from 'vitest';
import type { DesktopBridge, Screen } from '../../core/protocol/desktop.ts';
import { createShownScreen } from './shown-screen.ts';

test('a screen that main wishes before anything is drawn is shown, and a later one by whoever wishes it', () => {
  let tell: (screen: Screen) => void = () => {};
  const listen = (_: string, hear: typeof tell) => {
    tell = hear;
    return () => {};
  };
  const shown = createShownScreen({ listen } as unknown as DesktopBridge);
  expect(shown.read()).toBe('approvals');
  tell('everyone');
  let changes = 0;
  shown.subscribe(() => changes++);
  expect(shown.read()).toBe('everyone');
  shown.show('history');
  expect([shown.read(), changes]).toEqual(['history', 1]);
});
