import { expect, test } from 'vitest';
import { questionTitle } from './question-title.ts';
import { question } from './testing/told.ts';

test('who asks what', () => {
  expect(questionTitle(question(1))).toBe('release-notes asks: read /home/dev/.aws/credentials — Ringfence');
  const call = question(1, { operations: ['connect'], path: null, address: '192.0.2.1', port: 443 });
  expect(questionTitle(call)).toBe('release-notes asks: connect 192.0.2.1:443 — Ringfence');
});

test('nothing hides or turns in it, and the end of a path stays', () => {
  const path = `/home/dev/${'a/'.repeat(200)}\u202esecret\u2800\u3164   \n.txt`;
  const title = questionTitle(question(1, { path, skillId: 'x\u200b'.repeat(100) }));
  expect(title).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  expect(title).toContain('\\u{202e}secret\\u{2800}\\u{3164} \\u{20} \\n.txt — Ringfence');
  expect(title.length).toBeLessThan(220);
});
