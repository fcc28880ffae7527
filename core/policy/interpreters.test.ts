import { describe, expect, it } from 'vitest';
import { INTERPRETERS, interpreterNamed, withoutVersion, wordsOf } from './interpreters.ts';

function named(name: string) {
  const found = INTERPRETERS.find((one) => one.name === name);
  if (!found) throw new Error(`there is no ${name}`);
  return found;
}

const FILES: readonly [string, string][] = [
  ['python3', 'python'],
  ['python3.11', 'python'],
  ['pypy3.10', 'python'],
  ['node', 'node'],
  ['nodejs', 'node'],
  ['sh', 'shell'],
  ['dash', 'shell'],
  ['bash', 'shell'],
  ['perl5.36.0', 'perl'],
  ['ruby3.1', 'ruby'],
  ['php8.2', 'php'],
  ['lua5.4', 'lua'],
  ['bun', 'bun'],
  ['deno', 'deno'],
  ['ld-linux-x86-64.so.2', 'loader'],
  ['ld-musl-x86_64.so.1', 'loader'],
];

describe('interpreters', () => {
  it.each(FILES)('%s is %s', (file, name) => {
    expect(interpreterNamed(file)?.name).toBe(name);
  });

  it.each(FILES)('%s is %s by its name without a version, too', (file, name) => {
    const known = INTERPRETERS.filter(({ names }) => names.includes(withoutVersion(file)));
    expect(known.map((one) => one.name)).toEqual([name]);
  });

  it.each(['python3-config', 'ssh', 'rbash', 'nodemon', 'perldoc', 'cat'])('%s is none', (file) => {
    expect(interpreterNamed(file)).toBeNull();
  });

  it('gives each word of an interpreter one meaning', () => {
    for (const { name, values, noFile, commands, rest, alone, maybe } of INTERPRETERS) {
      const all = [...values, ...noFile, ...commands, ...rest, ...alone, ...maybe];
      expect([name, new Set(all).size]).toEqual([name, all.length]);
    }
  });

  const words: readonly [string, string, string | undefined][] = [
    ['shell', '-o', 'maybe'],
    ['shell', '-c', 'noFile'],
    ['node', '--enable-source-maps', 'alone'],
    ['node', '--no-warnings', 'alone'],
    ['node', '--report-dir', 'values'],
    ['node', '--trace-event-categories', 'values'],
    ['node', '--eval', 'noFile'],
    // runs a file all the same
    ['node', '-i', 'alone'],
    ['node', '--max-old-space-size', undefined],
    ['node', '--experimental-default-type', 'values'],
    ['perl', '-l', 'alone'],
    ['perl', '-0', 'alone'],
    ['ruby', '--disable', 'values'],
    ['php', '--define', 'values'],
    ['php', '-B', 'values'],
    ['php', '-F', 'commands'],
    ['deno', 'test', 'commands'],
    ['bun', 'test', 'commands'],
  ];
  it.each(words)('%s takes %s as %s', (name, word, kind) => {
    expect(wordsOf(named(name)).get(word)).toBe(kind);
  });

  it('takes long words by their beginning, and for either where two begin alike', () => {
    const words = wordsOf({
      ...named('node'),
      values: [`--${'a'.repeat(26)}-x`],
      alone: [`--${'a'.repeat(26)}-y`, '--b'],
    });
    expect(words.get(`--${'a'.repeat(25)}`)).toBe('maybe');
    expect(words.get('--no-b')).toBe('alone');
    expect([...words.keys()].every((one) => one.length <= 27)).toBe(true);
  });

  it('has no more words than the kernel has room for', () => {
    const count = INTERPRETERS.reduce((sum, one) => sum + wordsOf(one).size + one.names.length, 0);
    expect(count).toBeLessThan(4096 / 2);
  });
});
