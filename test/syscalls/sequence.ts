import { execFileSync } from 'node:child_process';
import { FUZZER } from './compile.ts';

const EPISODES = [0, 1, 2];

/** What the first episodes of a worker are with a seed: the calls, and what is drawn for each. */
function sequenceOf(seed: string): string {
  return EPISODES.map((episode) =>
    execFileSync(FUZZER, ['--seed', seed, '--list', String(episode)], { encoding: 'utf8' }),
  ).join('');
}

/** The same seed is the same sequence, and another is another. Null, or what is wrong. */
export function troubleWithSeed(seed: string): string | null {
  const [first, again, other] = [sequenceOf(seed), sequenceOf(seed), sequenceOf(`${seed}1`)];
  if (first.split('\n').length < 100) return 'a sequence is too short';
  if (first !== again) return 'the same seed made another sequence';
  return first === other ? 'another seed made the same sequence' : null;
}
