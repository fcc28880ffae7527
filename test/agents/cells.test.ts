import { describe, expect, it } from 'vitest';
import { AGENTS } from './agents/all.ts';
import { chosenCells } from './cells.ts';
import { tableOf } from './table.ts';

const names = (choice: Parameters<typeof chosenCells>[1]) =>
  chosenCells(AGENTS, choice).map(({ agent, task }) => `${agent.name} ${task.name}`);

describe('the cells', () => {
  it('are those that are chosen and that the agent can do', () => {
    expect(names({ agent: ['pi', 'codex'], task: ['mcp-server', 'python'] })).toEqual([
      ...['pi python', 'codex mcp-server', 'codex python'],
    ]);
  });

  it('are none by a name that nothing has', () => {
    expect(() => names({ agent: ['pie'] })).toThrow('there is no pie; there are pi, ');
    expect(() => names({ task: ['pythn'] })).toThrow('there is no pythn');
    expect(() => names({ agent: ['pi', 'codex'], dialect: 'gemini' })).toThrow('codex: no gemini');
  });
});

describe('the table', () => {
  it('has tasks down and agents across, and the reasons below', () => {
    const cell = { kind: 'benign', seconds: 1.25 } as const;
    const table = tableOf([
      { ...cell, agent: 'pi', task: 'python', failures: [] },
      { ...cell, agent: 'codex', task: 'python', failures: ['start 1 ended with 1', 'x is not there'] },
      { ...cell, agent: 'codex', task: 'mcp-server', failures: [] },
    ]);
    expect(table.split('\n')).toEqual([
      '            pi        codex',
      'python      ok 1.3 s  FAILED 1.3 s',
      'mcp-server  -         ok 1.3 s',
      'codex python: start 1 ended with 1; x is not there',
    ]);
  });
});
