import { expect, test } from 'vitest';
import { byCase, type Intervention, surprises } from './interventions.ts';

const PLACES = { home: '/home/dev', workspace: '/home/dev/project' };
const intervention = (kind: Intervention['kind'], object: string, more: Partial<Intervention> = {}): Intervention => ({
  ...{ kind, operation: 'read', object, time: 0n, detail: 'by cat' },
  ...more,
});
const work = {
  asks: [{ operation: 'exec', object: '$WORKSPACE/a/program', why: 'new' }],
  refused: [{ operation: 'read', object: '~/.n*rc', why: 'probed' }],
};
const expected = [
  intervention('asked', '/home/dev/project/a/program', { operation: 'exec' }),
  intervention('refused', '/home/dev/.netrc'),
];

test('what was expected is no surprise, however often', () => {
  expect(surprises(work, [...expected, ...expected], PLACES)).toEqual([]);
});

test.each([
  ['another object', intervention('refused', '/home/dev/.netrc.old'), 'refused read /home/dev/.netrc.old (by cat)'],
  ['a deeper one', intervention('refused', '/home/dev/.n/rc'), 'refused read /home/dev/.n/rc (by cat)'],
  [
    'another operation',
    intervention('refused', '/home/dev/.netrc', { operation: 'write' }),
    'refused write /home/dev/.netrc (by cat)',
  ],
  ['a question for a refusal', intervention('asked', '/home/dev/.netrc'), 'asked read /home/dev/.netrc (by cat)'],
])('%s is a surprise, once', (_what, one, words) => {
  expect(surprises(work, [...expected, one, one], PLACES)).toEqual([words]);
});

test('what was expected and did not happen is a surprise as well', () => {
  expect(surprises(work, [], PLACES)).toEqual(['not asked: exec $WORKSPACE/a/program', 'not refused: read ~/.n*rc']);
});

test('each belongs to the case that had begun last', () => {
  const times = [5n, 10n, 19n, 30n].map((time) => intervention('refused', String(time), { time }));
  const begun = [
    { name: 'one', from: 10n },
    { name: 'two', from: 20n },
  ];
  const found = [...byCase(times, begun)].map(([name, seen]) => [name, seen.map(({ object }) => object)]);
  expect(found).toEqual([
    [null, ['5']],
    ['one', ['10', '19']],
    ['two', ['30']],
  ]);
});
