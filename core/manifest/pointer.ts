import { quoteVisibly } from './hidden-character.ts';

const PLAIN_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** The pointer of a member or item below `parent`: `a.b[0]`, and `hashes["lib/x.py"]` for names that need quoting. */
export function pointerTo(parent: string, step: string | number): string {
  if (typeof step === 'number') return `${parent}[${step}]`;
  if (!PLAIN_NAME.test(step)) return `${parent}[${quoteVisibly(step)}]`;
  return parent === '' ? step : `${parent}.${step}`;
}

export function pointerOf(steps: readonly PropertyKey[]): string {
  return steps.reduce<string>((parent, step) => pointerTo(parent, typeof step === 'number' ? step : String(step)), '');
}
