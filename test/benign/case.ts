/** Everyday work, one file a case: a shell script that says in its first lines what it needs and what a person is asked meanwhile. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

export const CASES = join(import.meta.dirname, 'cases');

/** Something that a starter does not simply let happen, and why that is right. `*` in the object stands for any rest of a name. */
export type Expectation = { readonly operation: string; readonly object: string; readonly why: string };

export type BenignCase = {
  readonly name: string;
  readonly needs: readonly string[];
  /** Emulated, it takes long: in the long form alone. */
  readonly isLong: boolean;
  /** What a person is asked, each of it and nothing else. */
  readonly asks: readonly Expectation[];
  /** What is refused although the work goes on as without a guard. */
  readonly refused: readonly Expectation[];
};

/** Throws on a line that looks like one of these and is none. */
export function readCase(name: string, text: string): BenignCase {
  const lines = (word: string): string[] =>
    [...text.matchAll(new RegExp(`^# ${word}: (.*)$`, 'gm'))].map(([, rest = '']) => rest);
  const form = lines('form');
  if (form.some((one) => one !== 'long')) throw new Error(`${name}: the form is long, or not named`);
  return {
    name,
    needs: lines('needs').flatMap((line) => line.split(' ')),
    isLong: form.length > 0,
    asks: lines('asks').map((line) => readExpectation(name, line)),
    refused: lines('refused').map((line) => readExpectation(name, line)),
  };
}

function readExpectation(name: string, line: string): Expectation {
  const [, operation, object, why] = /^(\w+) (\S+) -- (.+)$/.exec(line) ?? [];
  if (operation && object && why) return { operation, object, why };
  throw new Error(`${name}: “${line}” is not OPERATION OBJECT -- WHY`);
}

export const ALL_CASES: readonly BenignCase[] = readdirSync(CASES)
  .map((file) => basename(file, '.sh'))
  .sort()
  .map((name) => readCase(name, readFileSync(join(CASES, `${name}.sh`), 'utf8')));

function caseNamed(wanted: string): BenignCase {
  const found = ALL_CASES.find(({ name }) => name === wanted);
  if (found === undefined)
    throw new Error(`there is no case ${wanted}: there are ${ALL_CASES.map(({ name }) => name)}`);
  return found;
}

/** Which of them are run: the short form leaves out the long ones, and has two kernels share the rest. */
export type Choice = {
  readonly full: boolean;
  readonly share: 'all' | 'even' | 'odd';
  /** These alone, by their names. */
  readonly named?: readonly string[] | undefined;
};

export function chosenCases({ full, share, named }: Choice): BenignCase[] {
  if (named !== undefined) return named.map(caseNamed);
  if (full) return [...ALL_CASES];
  const rest = share === 'odd' ? 1 : 0;
  return ALL_CASES.filter(({ isLong }) => !isLong).filter((_, index) => share === 'all' || index % 2 === rest);
}
