import { describe, expect, it } from 'vitest';
import { INTERPRETERS, interpreterNamed } from './interpreters.ts';

describe('interpreters', () => {
  it.each([
    ['python3', 'python'],
    ['python3.11', 'python'],
    ['node', 'node'],
    ['nodejs', 'node'],
    ['sh', 'shell'],
    ['dash', 'shell'],
    ['bash', 'shell'],
    ['perl5.36.0', 'perl'],
    ['ruby3.1', 'ruby'],
    ['ld-linux-x86-64.so.2', 'loader'],
  ])('%s is %s', (file, name) => {
    expect(interpreterNamed(file)?.name).toBe(name);
  });

  it.each(['python3-config', 'ssh', 'rbash', 'nodemon', 'perldoc', 'cat'])('%s is none', (file) => {
    expect(interpreterNamed(file)).toBeNull();
  });

  it('gives each word of an interpreter one meaning', () => {
    for (const { name, values, noFile, modules, commands, rest } of INTERPRETERS) {
      const all = [...values, ...noFile, ...modules, ...commands, ...rest];
      expect([name, new Set(all).size]).toEqual([name, all.length]);
    }
  });
});
