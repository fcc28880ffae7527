import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Agent } from './agent.ts';
import { AGENTS } from './agents/all.ts';
import { type Cell, chosenCells } from './cells.ts';
import { RunFiles } from './run-files.ts';
import type { RunRecord } from './run-record.ts';
import { Standing } from './standing.ts';

const STARTERS = join(import.meta.dirname, '..', '..', 'starters');
const cells = chosenCells(AGENTS, { agent: ['pi', 'claude'], task: ['edit-files', '02-worm'] });
const agents = [...new Set(cells.map(({ agent }) => agent))];
const cellOf = (agent: string, task: string): Cell => {
  const cell = cells.find((one) => one.agent.name === agent && one.task.name === task);
  if (cell === undefined) throw new Error(`no ${agent} ${task}`);
  return cell;
};

let folder: string;
let standing: Standing;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'standing-'));
  for (const program of ['bpf/build/ringfence.bpf.o', 'helper/main.js', 'cli/main.js']) {
    mkdirSync(dirname(join(folder, 'product', program)), { recursive: true });
    writeFileSync(join(folder, 'product', program), program);
  }
  cpSync(STARTERS, join(folder, 'starters'), { recursive: true });
  cpSync(import.meta.dirname, join(folder, 'players'), { recursive: true });
  cpSync(join(import.meta.dirname, '..', 'benign'), join(folder, 'everyday'), { recursive: true });
  standing = new Standing({
    everyday: join(folder, 'everyday'),
    product: join(folder, 'product'),
    starters: join(folder, 'starters'),
    players: join(folder, 'players'),
  });
});
afterEach(() => rmSync(folder, { recursive: true }));

const results = (): Record<string, string> => ({
  ...Object.fromEntries(cells.map((cell) => [`${cell.agent.name} ${cell.task.name}`, standing.ofCell(cell)])),
  ...Object.fromEntries(agents.map((agent) => [`${agent.name} starts`, standing.ofStarts(agent)])),
});

/** Results that count no more after the file was changed. */
function stale(file: string): string[] {
  const before = results();
  appendFileSync(join(folder, file), ' ');
  const after = results();
  return Object.keys(before).filter((key) => before[key] !== after[key]);
}

const OF_CLAUDE = ['claude 02-worm', 'claude edit-files', 'claude starts'];
const OF_PI = ['pi 02-worm', 'pi edit-files', 'pi starts'];

describe('a kept result counts no more', () => {
  it.each([
    ['product/bpf/build/ringfence.bpf.o', [...OF_CLAUDE, ...OF_PI]],
    ['product/helper/main.js', [...OF_CLAUDE, ...OF_PI]],
    ['product/cli/main.js', [...OF_CLAUDE, ...OF_PI]],
    ['players/play.ts', [...OF_CLAUDE, ...OF_PI]],
    ['players/model/server.ts', [...OF_CLAUDE, ...OF_PI]],
    ['players/installed/package-lock.json', [...OF_CLAUDE, ...OF_PI]],
    ['players/judge.ts', [...OF_CLAUDE, ...OF_PI]],
    ['players/compare.ts', [...OF_CLAUDE, ...OF_PI]],
    ['everyday/snapshot.ts', [...OF_CLAUDE, ...OF_PI]],
    ['everyday/compare.ts', [...OF_CLAUDE, ...OF_PI]],
    ['everyday/normalised.ts', [...OF_CLAUDE, ...OF_PI]],
    ['starters/pi.json', OF_PI.filter((key) => key !== 'pi starts')],
    ['starters/base-dev.json', ['claude 02-worm', 'claude edit-files', 'pi 02-worm', 'pi edit-files']],
    ['players/tasks/hostile/02-worm.yaml', ['claude 02-worm', 'pi 02-worm']],
  ])('when %s has changed', (file, expected) => {
    expect(stale(file).sort()).toEqual([...expected].sort());
  });

  it.each([
    'players/play-not.test.ts',
    'players/table.ts',
    'players/runs.ts',
    'players/dealt.ts',
    'players/standing.ts',
    'players/run-files.ts',
    'players/terminal/guest.ts',
    'players/skills/works.ts',
    'players/agents/pi.ts',
    'players/tasks/hostile/01-package-drives-agent.yaml',
    'everyday/main.ts',
    'starters/codex.json',
  ])('but for that %s has changed', (file) => {
    expect(stale(file)).toEqual([]);
  });
});

describe('what an agent’s own file says', () => {
  const cell = cellOf('pi', 'edit-files');
  const digests = (agent: Agent) => [standing.ofRun({ ...cell, agent }, 'free'), standing.ofAgent(agent)];
  const pi = cell.agent;
  let before: string[];
  beforeEach(() => {
    before = digests(pi);
  });

  it.each<[string, Partial<Agent>]>([
    ['its settings', { settings: (...all) => ({ ...pi.settings(...all), more: '' }) }],
    ['its environment', { environment: (model) => ({ ...pi.environment(model), MORE: '1' }) }],
    [
      'how it begins',
      {
        command: (places, prompt, session) => [
          ...pi.command(places, prompt, session),
          ...(session === 'new' ? ['-v'] : []),
        ],
      },
    ],
    [
      'how it goes on',
      {
        command: (places, prompt, session) => [
          ...pi.command(places, prompt, session),
          ...(session === 'resumed' ? ['-v'] : []),
        ],
      },
    ],
    ['what it is known as', { known: 'other' }],
    ['its usual dialect', { dialects: ['openai-responses'] }],
    ['its package', { package: 'other' }],
  ])('counts for its runs and its starts: %s', (_what, changed) => {
    const after = digests({ ...pi, ...changed });
    expect(after[0]).not.toBe(before[0]);
    expect(after[1]).not.toBe(before[1]);
  });

  it('counts by its tools for the tasks that take them alone', () => {
    const call: Agent['call'] = (step, places) =>
      'write' in step ? { tool: 'other', arguments: {} } : pi.call(step, places);
    const after = digests({ ...pi, call });
    expect(after[0]).not.toBe(before[0]);
    expect(after[1]).toBe(before[1]);
    const worm = cellOf('pi', '02-worm');
    expect(standing.ofCell({ ...worm, agent: { ...pi, call } })).toBe(standing.ofCell(worm));
  });

  it.each<[string, Partial<Agent>]>([
    ['itself', { startMs: 3_600_000 }],
    [
      'its tools',
      { leftRunning: { said: /running (\d+)/, wait: (number) => ({ tool: 'wait', arguments: { number } }) } },
    ],
  ])('counts for its runs alone by how long it is waited for: %s', (_what, changed) => {
    const after = digests({ ...pi, ...changed });
    expect(after[0]).not.toBe(before[0]);
    expect(after[1]).toBe(before[1]);
  });

  it('counts no further', () => {
    expect(digests({ ...pi })).toEqual(before);
  });
});

describe('runs without the guard', () => {
  it.each([
    ['product/helper/main.js', true],
    ['starters/pi.json', true],
    ['players/judge.ts', true],
    ['everyday/compare.ts', true],
    ['everyday/snapshot.ts', false],
    ['players/play.ts', false],
    ['players/tasks/benign/edit-files.yaml', false],
  ])('when %s has changed count still: %s', (file, expected) => {
    const cell = cellOf('pi', 'edit-files');
    const before = [standing.ofSide('free'), standing.ofRun(cell, 'free')];
    appendFileSync(join(folder, file), ' ');
    const after = [standing.ofSide('free'), standing.ofRun(cell, 'free')];
    expect(after.join() === before.join()).toBe(expected);
  });
});

describe('what stood when runs began', () => {
  it.each(['product/helper/main.js', 'players/judge.ts'])('is told as it was after %s has changed', (file) => {
    const cell = cellOf('pi', 'edit-files');
    const before = [standing.ofCell(cell), standing.ofStarts(cell.agent)];
    const begun = standing.now(cells);
    appendFileSync(join(folder, file), ' ');
    expect([begun.ofCell(cell), begun.ofStarts(cell.agent)]).toEqual(before);
    expect([standing.ofCell(cell), standing.ofStarts(cell.agent)]).not.toEqual(before);
  });
});

describe('files of runs', () => {
  const files = (kernel = '6.1'): RunFiles => new RunFiles(join(folder, 'runs'), kernel, 'guarded', cells, standing);
  const run = { agent: 'pi', task: 'edit-files', seconds: 7 } as RunRecord;
  const cell = cellOf('pi', 'edit-files');

  it('are found again by who asks with the same', () => {
    files().keep(cell, run);
    expect(files().of(cell)).toEqual(run);
    expect(files().of(cellOf('pi', '02-worm'))).toBeNull();
    expect(files('6.12').of(cell)).toBeNull();
  });

  it('do not count for a task that was changed while they were made', () => {
    const begun = files();
    appendFileSync(join(folder, 'players/tasks/benign/edit-files.yaml'), '\n');
    begun.keep(cell, run);
    expect(files().of(cell)).toBeNull();
    expect(begun.of(cell)).toEqual(run);
  });

  it('do not count for a product that was changed while they were made', () => {
    const begun = files();
    appendFileSync(join(folder, 'product/helper/main.js'), '\n');
    begun.keepRecognised(cell.agent, { agent: 'pi', recognised: ['as a job'], not: [] });
    expect(files().recognised(cell.agent)).toBeNull();
    expect(begun.recognised(cell.agent)).not.toBeNull();
  });

  it('are of cells that were chosen', () => {
    const [other] = chosenCells(AGENTS, { agent: ['codex'], task: ['edit-files'] });
    expect(() => files().of(other as Cell)).toThrow('nobody wanted codex/edit-files');
  });
});
