import { randomInt } from 'node:crypto';

/** Letters that no font makes look like another, or like a digit. */
const LETTERS = 'ACEFHJKLMNPRTUVWXY';

/** Two different letters: a key that is stuck types none of them. */
export function newConsentCode(): string {
  const first = randomInt(LETTERS.length);
  const second = (first + 1 + randomInt(LETTERS.length - 1)) % LETTERS.length;
  return `${LETTERS[first]}${LETTERS[second]}`;
}
