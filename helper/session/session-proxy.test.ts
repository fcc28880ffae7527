import { expect, test } from 'vitest';
import { proxyRefusals } from './session-proxy.ts';

const owner = { session: 'ab', skillId: 'mail', owner: 1000 };
const refusal = { host: 'evil.example', port: 443, message: 'is not in the manifest' };

test('a refusal is told once a minute, another one by itself', () => {
  let now = 0;
  const draft = proxyRefusals(owner, () => now);
  expect(draft(refusal)).toMatchObject({
    ...{ kind: 'proxy.refused', session: 'ab', skill_id: 'mail', owner_uid: 1000, verdict: 'block' },
    message: 'evil.example:443: is not in the manifest',
  });
  expect(draft(refusal)).toBeNull();
  expect(draft({ ...refusal, port: 80 })).not.toBeNull();
  now = 60_001;
  expect(draft(refusal)).not.toBeNull();
});

test('a flood of different ones ends, and says so', () => {
  const draft = proxyRefusals(owner, () => 0);
  const told = Array.from({ length: 500 }, (_, index) => draft({ ...refusal, host: `h${index}.example` }));
  expect(told.filter((one) => one !== null)).toHaveLength(100);
  expect(told[99]?.message).toContain('more refusals');
});
