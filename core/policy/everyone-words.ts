/** What people are told of how programs that are no agents are held, everywhere in the same words. Only `enforcing` may ever look safe. */
import type { OthersAnswer } from './others-answers.ts';

export const STAGE_LABELS = {
  enforcing: 'enforcing',
  learning: 'LEARNING: not enforcing yet',
  audit: 'AUDIT: not enforcing',
} as const;

export const STAGE_MEANS = {
  enforcing: 'what is neither trusted nor accepted is stopped at sensitive places',
  learning: 'nothing is stopped at sensitive places; what would be is noted, and waits to be accepted by you',
  audit: 'nothing is stopped at sensitive places; what would be is noted',
} as const;

export const ANSWER_MEANS: Readonly<Record<OthersAnswer, string>> = {
  allow: 'every program may',
  audit: 'every program may, and it is noted',
  ask: 'stopped, and put into the inbox',
  deny: 'stopped',
};
