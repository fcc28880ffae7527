import { describe, expect, it } from 'vitest';
import { ATTACKS } from '../attack.ts';
import { attacksOn, cellOf, type Mutant, mutantsOf, stateOf } from './mutant.ts';
import { isGood, mutantsReport } from './report.ts';
import type { Outcome } from './witness.ts';

const mutant: Mutant = { programs: ['rf_inode_link'], tried: { agents: ['hardlink-new'] } };
const outcome = (state: Outcome['state'], detail = ''): Outcome => ({ name: 'hardlink-new', state, detail });
const guest = { kernelRelease: '6.12.117', accelerator: 'tcg', seconds: 60, ended: '' };

describe('what is taken out', () => {
  it('is tried by attacks whose row names the hook, those first that name it first', () => {
    const [first] = attacksOn('rf_inode_link');
    expect(ATTACKS.find(({ name }) => name === first)?.hook).toMatch(/^inode_link/);
    expect(attacksOn('rf_file_open').length).toBeGreaterThan(1);
  });

  it('is another’s where the program is not about agents', () => {
    expect(attacksOn('rf_everyone_file_open')).toEqual([]);
  });

  it('is every loaded program, also one that nothing is known of', () => {
    const [known, unknown] = mutantsOf(['rf_task_kill', 'rf_not_listed']);
    expect(known?.tried).toHaveProperty('kernel side');
    expect(unknown).toEqual({ programs: ['rf_not_listed'], tried: {} });
  });
});

describe('a mutant', () => {
  it('is noticed by an attack that gets through', () => {
    const cell = cellOf(mutant, [outcome('through')], [outcome('held')], 1);
    expect(cell).toMatchObject({ mutant: 'rf_inode_link', through: ['hardlink-new'], failed: [], notPutBack: [] });
    expect(stateOf(cell)).toBe('attack through');
  });

  it('is unnoticed when every attack is still held', () => {
    expect(stateOf(cellOf(mutant, [outcome('held')], [], 1))).toBe('unnoticed');
  });

  it('says nothing when it was not put back', () => {
    expect(stateOf(cellOf(mutant, [outcome('through')], [outcome('through')], 1))).toBe('not put back');
  });

  it('may be explained, which is counted apart', () => {
    expect(stateOf(cellOf({ ...mutant, shared: 'by two' }, [outcome('held')], [], 1))).toBe('shared');
  });
});

describe('the report', () => {
  it('takes together what several places say of one', () => {
    const cells = [
      cellOf(mutant, [outcome('held')], [], 1),
      cellOf(mutant, [outcome('failed', 'no result')], [outcome('done')], 2),
    ];
    const report = mutantsReport('6.12', guest, ['rf_inode_link'], cells);
    expect(report.mutants).toMatchObject([{ state: 'work fails', tried: 2, seconds: 3 }]);
    expect(isGood(report)).toBe(true);
  });

  it('is not good while a program was not taken out', () => {
    const report = mutantsReport(
      '6.12',
      guest,
      ['rf_inode_link', 'rf_new'],
      [cellOf(mutant, [outcome('through')], [], 1)],
    );
    expect(report.untried).toEqual(['rf_new']);
    expect(isGood(report)).toBe(false);
  });
});
