import { expect, it } from 'vitest';
import { freshProgress, type Progress, runCampaign } from './campaign.ts';

const TOTAL = 8000;

it('writes down all that is still to do, whenever it is ended', async () => {
  const saved: Progress[] = [];
  await runCampaign({
    ...{ name: 'parser', seed: 1, jobs: 1, progress: freshProgress(TOTAL, TOTAL, 500) },
    save: (progress) => saved.push(structuredClone(progress)),
    show: () => {},
  });
  const left = ({ todo }: Progress) => todo.reduce((sum, { from, to }) => sum + to - from, 0);
  expect(saved.map((progress) => progress.inputs + left(progress))).toEqual(saved.map(() => TOTAL));
  expect(saved.some((progress) => left(progress) > 0)).toBe(true);
}, 120_000);
