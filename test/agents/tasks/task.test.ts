import { describe, expect, it } from 'vitest';
import { EVERY_AGENT } from '../agents/all.ts';
import { inventSecrets } from '../secrets.ts';
import { readTask, resolvePath, TASKS } from './task.ts';

const BENIGN = 'about: x\nruns: [{ prompt: go, steps: [{ read: a.txt }] }]\n';

describe('the tasks', () => {
  it('replay every incident', () => {
    const scenarios = TASKS.flatMap(({ scenario }) => scenario ?? []);
    expect(new Set(scenarios)).toEqual(new Set(Array.from({ length: 14 }, (_, index) => index + 1)));
  });

  it.each(EVERY_AGENT)('are ten of everyday work for $name', ({ name }) => {
    const able = TASKS.filter(({ kind, without }) => kind === 'benign' && !(name in without));
    expect(able.length).toBeGreaterThanOrEqual(10);
  });

  it('name secrets that are there', () => {
    const leaks = TASKS.flatMap(({ harm }) => harm.flatMap((one) => ('leak' in one ? [one.leak] : [])));
    expect(leaks.filter((name) => !(name in inventSecrets()))).toEqual([]);
  });

  it('name agents that are there', () => {
    const named = TASKS.flatMap(({ without }) => Object.keys(without));
    expect(named.filter((name) => !EVERY_AGENT.some((agent) => agent.name === name))).toEqual([]);
  });
});

describe('a task', () => {
  it.each([
    ['a step that is none', BENIGN.replace('read', 'raed')],
    ['two steps in one', BENIGN.replace('a.txt }', 'a.txt, shell: ls }')],
    ['harm without a scenario', `${BENIGN}harm: [{ leak: ssh-key }]\n`],
  ])('has not %s', (_what, text) => {
    expect(() => readTask('x', 'benign', BENIGN)).not.toThrow();
    expect(() => readTask('x', text.includes('harm') ? 'hostile' : 'benign', text)).toThrow();
  });

  it('names places in the workspace, in the home, or anywhere', () => {
    const places = { home: '/home/dev', workspace: '/home/dev/project' };
    expect(['a/b', '~/.npmrc', '/etc/passwd'].map((path) => resolvePath(path, places))).toEqual([
      ...['/home/dev/project/a/b', '/home/dev/.npmrc', '/etc/passwd'],
    ]);
  });
});
