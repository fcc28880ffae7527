import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ATTACKS, casesOf, isPossible, programOf, SUBJECTS } from './attack.ts';

const HELPERS = ['interpreter', 'payload', 'become', 'as-root', 'stranger'];
/** See mounted.ts. */
const ON_A_MOUNT = ['subvolume-copy', 'subvolume-remove'];

describe('the list of attacks', () => {
  it('names each program once, and every program is used', () => {
    const sources = readdirSync(join(import.meta.dirname, 'programs')).filter((name) => name.endsWith('.c'));
    const programs = sources
      .map((name) => basename(name, '.c'))
      .filter((name) => ![...HELPERS, ...ON_A_MOUNT].includes(name));
    expect(new Set(ATTACKS.map(programOf))).toEqual(new Set(programs));
    expect(new Set(ATTACKS.map(({ name }) => name)).size).toBe(ATTACKS.length);
  });

  it('runs controls and grants on the vault even where only the protected location counts', () => {
    const old = ATTACKS.filter(({ name }) => name === 'hardlink-old');
    expect(casesOf(old, false).map(({ id }) => id)).toEqual(['hardlink-old@protected']);
    expect(casesOf(old, true).map(({ id }) => id)).toEqual(['hardlink-old@vault', 'hardlink-old@protected']);
  });

  it('keeps what takes the whole area away for the end', () => {
    expect(casesOf(ATTACKS, true).at(-1)?.attack.top).toBe(true);
  });

  it.each(['groups', 'incidents'] as const)(
    'has an attack for each of the %s, and knows what each number stands for',
    (kind) => {
      const tried = new Set(ATTACKS.flatMap((attack) => attack[kind]));
      expect([...tried].sort((a, b) => a - b).map(String)).toEqual(Object.keys(SUBJECTS[kind]));
    },
  );

  it('knows what a kernel cannot do', () => {
    const empty = ATTACKS.find(({ name }) => name === 'hardlink-empty-path');
    const bind = ATTACKS.find(({ name }) => name === 'bind-mount');
    expect(empty && isPossible(empty, '6.1.0-56-cloud-amd64', true)).toBe(false);
    expect(empty && isPossible(empty, '6.12.117', true)).toBe(true);
    expect(bind && isPossible(bind, '6.12.117', false)).toBe(false);
  });
});
