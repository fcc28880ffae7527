import { expect, it } from 'vitest';
import { type Issue, judgeSuccession } from './succession.ts';
import vectors from './vectors/succession.json' with { type: 'json' };

it.each(vectors.cases)('$name', ({ keyId, last, next, code }) => {
  const issue: Issue = { skillId: 'mail', keyName: 'next', ...next };
  const found = judgeSuccession({ keyId, keyName: 'before', last }, issue);
  expect(found?.code ?? null).toBe(code);
  if (found === null) return;
  expect(found.remedy).toContain('ringfence keys repin "mail"');
  const named = code === 'other-key' ? [keyId, next.keyId] : [last?.version ?? '', next.version];
  for (const name of named) expect(found.message).toContain(name);
});
