import { expect, test } from 'vitest';
import page from './index.html?raw';
import scenes from './testing/index.html?raw';

const head = (text: string): string => text.slice(0, text.indexOf('</head>')).replace(/<!--.*?-->\s*/gs, '');

test('scenes are looked at under the page’s own policy', () => {
  expect(head(scenes)).toBe(head(page));
});

test('the policy lets nothing in from outside and nothing inline', () => {
  const policy = /http-equiv="Content-Security-Policy"\s+content="([^"]*)"/.exec(page)?.[1] ?? '';
  expect(policy.split('; ')[0]).toBe("default-src 'none'");
  expect(policy).not.toMatch(/unsafe|https?:|\*|connect-src/);
});
