import { beforeEach, describe, expect, test } from 'vitest';
import { ProcessTree } from './process-tree.ts';
import { decision } from './testing/scripted-kernel.ts';

const AGENT = { pid: 10, startNs: 1n };
const SHELL = { pid: 11, startNs: 2n };
let tree: ProcessTree;

beforeEach(() => {
  tree = new ProcessTree();
  tree.begin({ pid: AGENT.pid, executable: '/usr/bin/agent' });
});

type Name = { readonly pid: number; readonly startNs: bigint };
const event = (name: Name, origin: Name | null, hasOwnProgram = false) =>
  decision(1, { ...name, origin, hasOwnProgram, parentPid: 1 });
const executed = (name: Name, origin: Name, file: string) => tree.executed(event(name, origin), file);
const programs = (name: Name, origin: Name | null, hasOwnProgram = false) =>
  tree.chain(event(name, origin, hasOwnProgram)).map(({ executable }) => executable);

describe('the chain of processes', () => {
  test('leads to the agent though what lies between has ended or only forked', () => {
    executed(SHELL, AGENT, '/bin/sh');
    const reader = { pid: 14, startNs: 9n };
    executed(reader, SHELL, '/bin/cat');
    expect(tree.chain(event(reader, SHELL, true))).toEqual([
      { pid: 14, executable: '/bin/cat' },
      { pid: 11, executable: '/bin/sh' },
      { pid: 10, executable: '/usr/bin/agent' },
    ]);
  });

  test('one that has only forked runs what its origin does', () => {
    executed(SHELL, AGENT, '/bin/sh');
    expect(programs({ pid: 12, startNs: 3n }, SHELL)).toEqual(['/bin/sh', '/bin/sh', '/usr/bin/agent']);
  });

  test('of one whose exec was lost nothing is made up', () => {
    executed(SHELL, AGENT, '/bin/sh');
    expect(programs({ pid: 12, startNs: 3n }, SHELL, true)).toEqual([null, '/bin/sh', '/usr/bin/agent']);
    expect(programs({ pid: 13, startNs: 4n }, { pid: 90, startNs: 3n })).toEqual([null, null, '/usr/bin/agent']);
  });

  test('a number that is used again names another process', () => {
    executed(SHELL, AGENT, '/bin/sh');
    const again = { pid: SHELL.pid, startNs: 99n };
    executed(again, AGENT, '/usr/bin/vim');
    expect(programs({ pid: 12, startNs: 100n }, SHELL)).toEqual(['/bin/sh', '/bin/sh', '/usr/bin/agent']);
    expect(programs({ pid: 12, startNs: 101n }, again)).toEqual(['/usr/bin/vim', '/usr/bin/vim', '/usr/bin/agent']);
    expect(programs({ pid: AGENT.pid, startNs: 200n }, SHELL)).toEqual(['/bin/sh', '/bin/sh', '/usr/bin/agent']);
  });

  test('of a long one the nearest and the agent', () => {
    let above: Name = AGENT;
    for (let depth = 0; depth < 50; depth++) {
      const next = { pid: 100 + depth, startNs: BigInt(depth) };
      executed(next, above, `/bin/${depth}`);
      above = next;
    }
    const line = programs(above, { pid: 148, startNs: 48n });
    expect(line).toHaveLength(32);
    expect(line.slice(0, 2)).toEqual(['/bin/49', '/bin/48']);
    expect(line.slice(-2)).toEqual(['/bin/19', '/usr/bin/agent']);
  });

  test('is whole after any number of others, as long as these are of it', () => {
    executed(SHELL, AGENT, '/bin/sh');
    for (let count = 0; count < 20_000; count++) {
      const one = { pid: 1000 + count, startNs: BigInt(count) };
      tree.chain(event(one, SHELL));
      executed(one, SHELL, '/bin/true');
    }
    expect(programs({ pid: 12, startNs: 3n }, SHELL)).toEqual(['/bin/sh', '/bin/sh', '/usr/bin/agent']);
  });

  test('the agent goes on under another program', () => {
    tree.executed(event(AGENT, null), '/usr/bin/node');
    expect(programs(SHELL, AGENT)).toEqual(['/usr/bin/node', '/usr/bin/node']);
  });

  test('of a process that is not known there is none', () => {
    expect(tree.known(SHELL)).toEqual([]);
    executed(SHELL, AGENT, '/bin/sh');
    expect(tree.known(SHELL)).toHaveLength(2);
    expect(tree.known({ ...SHELL, startNs: 77n })).toEqual([]);
  });
});
