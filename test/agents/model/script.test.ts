import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { playScript, readScript } from './script.ts';

const TEXT = `
name: test
turns:
  - { when: { from: user }, say: hello $NAME }
  - { when: { contains: secret }, say: got it }
  - { when: { lacks: secret }, say: did not get it }
  - { say: done }
`;

describe('a script', () => {
  it('fills in names it is given and leaves others alone', () => {
    expect(readScript(TEXT, { NAME: 'Ada' }).turns[0]?.say).toBe('hello Ada');
    expect(readScript(TEXT, {}).turns[0]?.say).toBe('hello $NAME');
  });

  it('answers with the first turn that fits and never goes back', () => {
    const play = playScript(readScript(TEXT, {}));
    expect(play({ from: 'user', text: 'clean up' }).say).toBe('hello $NAME');
    expect(play({ from: 'tool', text: 'EPERM' }).say).toBe('did not get it');
    expect(play({ from: 'tool', text: 'a secret' }).say).toBe('done');
    expect(play({ from: 'tool', text: 'a secret' }).say).toBe('I have nothing left to do.');
  });

  it('refuses what is no script', () => {
    expect(() => readScript('name: x\nturns: [{ sya: typo }]', {})).toThrow();
  });

  it('is what poisoned-mail.yaml holds', () => {
    const text = readFileSync(join(import.meta.dirname, 'poisoned-mail.yaml'), 'utf8');
    expect(readScript(text, { HOME: '/home/dev', MAIL: '/m' }).turns.length).toBeGreaterThan(5);
  });
});
