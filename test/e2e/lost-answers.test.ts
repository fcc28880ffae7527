import { expect, it, vi } from 'vitest';
import { untilAnswered } from './lost-answers.ts';

const never = () => new Promise<string>(() => undefined);
const collected = async (): Promise<string> => {
  throw new Error('evaluate: Resulting promise was garbage collected.');
};
const there = async () => 'there';
/** Answers so, one after the other. */
const asked = (...answers: (() => Promise<string>)[]) => {
  const left = [...answers];
  return vi.fn(() => (left.shift() ?? never)());
};
const patience = { answerMs: 20, timeMs: 60_000 };

it('asks again when an answer is lost, whether that is said or not', async () => {
  const ask = asked(collected, never, there);
  expect(await untilAnswered(ask, patience)).toBe('there');
  expect(ask).toHaveBeenCalledTimes(3);
});

it('takes the first answer', async () => {
  const ask = asked(there);
  expect(await untilAnswered(ask, patience)).toBe('there');
  expect(ask).toHaveBeenCalledTimes(1);
});

it('passes on what is no loss', async () => {
  const ask = asked(async () => Promise.reject(new Error('app is not a function')));
  await expect(untilAnswered(ask, patience)).rejects.toThrow('app is not a function');
  expect(ask).toHaveBeenCalledTimes(1);
});

it.each([
  ['said', collected, 'Resulting promise was garbage collected'],
  ['not said', never, 'no answer within 0.02 s'],
])('gives up in the end: %s', async (_how, lost, told) => {
  await expect(untilAnswered(asked(lost, lost), { ...patience, timeMs: 0 })).rejects.toThrow(told);
});
