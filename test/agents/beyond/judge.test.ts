import { describe, expect, it } from 'vitest';
import { CLAUDE } from '../agents/claude.ts';
import type { Refusal, RunRecord } from '../run-record.ts';
import { judgeWork } from './judge.ts';
import { taskOf, WORKS, type Work } from './works.ts';

const AGENT = '/usr/lib/node_modules/@anthropic-ai/claude-code-linux-x64/claude';

/** The same, by the link that its package puts there. */
const LINKED = AGENT.replace('/@anthropic-ai/', '/@anthropic-ai/claude-code/node_modules/@anthropic-ai/');

const work = (name: string): Work => {
  const found = WORKS.find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
};
const run = (text: string, more: Partial<RunRecord> = {}): RunRecord => ({
  ...{ agent: 'claude', task: '', secrets: {}, tree: [['x', 'file']], output: '', asked: [], refused: [], used: [] },
  finished: {
    ...{ statuses: [0], collected: [], files: [], isBystanderThere: true },
    exchanges: [
      { number: 1, dialect: 'ollama', last: { from: 'tool', text }, tools: [], answer: {}, isAside: false, leaked: [] },
    ],
  },
  seconds: 1,
  ...more,
});
const refusal = (more: Partial<Refusal>): Refusal => ({
  ...{ call: 'connect', operation: 'connect', path: '/run/docker.sock', rule: 'deputies' },
  ...{ chain: ['/usr/bin/python3', '/usr/bin/dash', AGENT] },
  ...more,
});
const judge = (name: string, free: RunRecord, guarded: RunRecord) => judgeWork(CLAUDE, work(name), free, guarded);

describe('work beyond a workspace', () => {
  const ASKED = ['exec /usr/bin/ssh-keygen'];

  it('is as it says when it comes to the same and what it says is asked', () => {
    expect(judge('git-signed', run('status 0'), run('status 0', { asked: ASKED }))).toEqual([]);
  });

  it.each([
    ['a question is missing', run('status 0'), 'not asked: exec /usr/bin/ssh-keygen'],
    ['there is one more', run('status 0', { asked: [...ASKED, 'read ~/x'] }), 'asked read ~/x'],
    ['the model is told something else', run('status 1', { asked: ASKED }), 'became "tool: status 1"'],
    [
      'something is refused',
      run('status 0', { asked: ASKED, refused: [refusal({})] }),
      'refused connect /run/docker.sock',
    ],
  ])('is not when %s', (_, guarded, told) => {
    expect(judge('git-signed', run('status 0'), guarded).join('\n')).toContain(told);
  });

  it('fails where it is refused, and only by what it says', () => {
    const held = run('Permission denied\nstatus 1', {
      refused: [refusal({}), refusal({ path: '/x', chain: [LINKED] })],
    });
    expect(judge('docker', run('status 0'), held)).toEqual([]);
    expect(judge('docker', run('status 0'), run('status 0'))).toEqual([
      ...['it succeeds under the guard', 'not refused: connect /run/docker.sock'],
    ]);
    expect(judge('docker', run('status 1'), held)).toEqual(['it does not succeed without the guard']);
  });

  it('has a script and a folder of its own', () => {
    const { files, runs } = taskOf(work('docker'));
    expect(Object.keys(files)).toEqual(['.cases/docker.sh', 'work/.keep']);
    expect(runs[0]?.steps[0]).toMatchObject({ shell: expect.stringContaining('sh ../.cases/docker.sh') });
  });
});
