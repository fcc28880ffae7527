import { expect, test } from 'vitest';
import { inTurns } from './in-turns.ts';

test('everything else has its turn between two pieces', async () => {
  const done: string[] = [];
  setImmediate(() => done.push('another'));
  await inTurns(() => {}).run([() => done.push('first'), () => done.push('second')]);
  expect(done).toEqual(['first', 'another', 'second']);
});

test('a piece that fails is told of, and those after it are done', async () => {
  const failures: unknown[] = [];
  const done: string[] = [];
  await inTurns((error) => failures.push(error)).run([
    () => {
      throw new Error('no');
    },
    () => done.push('second'),
  ]);
  expect(failures).toMatchObject([{ message: 'no' }]);
  expect(done).toEqual(['second']);
});

test('ended, it begins nothing more', async () => {
  const done: string[] = [];
  const turns = inTurns(() => {});
  await turns.run([() => done.push('first'), () => turns.end(), () => done.push('third')]);
  expect(done).toEqual(['first']);
});
