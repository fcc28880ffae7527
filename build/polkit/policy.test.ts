import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const text = readFileSync(join(import.meta.dirname, 'io.ringfence.policy'), 'utf8');
const actions = new Map(
  [...text.matchAll(/<action id="([^"]+)">(.*?)<\/action>/gs)].map(([, id = '', body = '']) => [id, body]),
);

/** What it takes remotely, on an inactive seat, and here. */
const defaults = (action: string) =>
  [...(actions.get(action) ?? '').matchAll(/<allow_(any|inactive|active)>([^<]+)</g)].map(
    ([, who, what]) => `${who} ${what}`,
  );

const ADMINISTRATORS = [
  ...[
    'io.ringfence.sign-manifest',
    'io.ringfence.audit-session',
    'io.ringfence.set-mode',
    'io.ringfence.change-everyone',
    'io.ringfence.change-starters',
    'io.ringfence.trust-key',
  ],
];

test('answering takes the person’s own password, signing, trusting and auditing an administrator’s, each time anew', () => {
  expect([...actions.keys()]).toEqual(['io.ringfence.approve', ...ADMINISTRATORS]);
  expect(defaults('io.ringfence.approve')).toEqual(['any auth_self', 'inactive auth_self', 'active auth_self']);
  for (const action of ADMINISTRATORS)
    expect(defaults(action)).toEqual(['any auth_admin', 'inactive auth_admin', 'active auth_admin']);
});

test('the prompt for a signature says of what', () => {
  expect(actions.get('io.ringfence.sign-manifest')).toMatch(/<message>.*\$\(skill\).*\$\(path\).*<\/message>/s);
});

test.each(['trust-key', 'set-mode', 'change-everyone', 'change-starters'])(
  'the prompt for %s says what is changed',
  (action) => {
    expect(actions.get(`io.ringfence.${action}`)).toMatch(/<message>.*\$\(change\).*<\/message>/s);
  },
);
