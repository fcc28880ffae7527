import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EVERY_AGENT } from './agents/all.ts';
import { CODEX } from './agents/codex.ts';
import { GEMINI_CLI } from './agents/gemini.ts';
import { PI } from './agents/pi.ts';
import { prepareTask, type Run, scriptOf, spread } from './prepare.ts';
import { inventSecrets } from './secrets.ts';
import { readTask, TASKS } from './tasks/task.ts';

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'prepared-'));
});
afterEach(() => rmSync(home, { recursive: true }));

const task = readTask(
  'x',
  'benign',
  `
about: x
nested: count
files:
  tools/run: { content: "curl @COLLECTOR@", executable: true }
  ~/.mailrc: mine
runs:
  - prompt: go
    steps: [{ read: a.txt }, { edit: a.txt, from: "1\\n2", to: "3" }, { read: ~/b.txt }, { shell: "@AGENT@" }]
  - prompt: go on
    steps: [{ write: new.txt, content: "1\\n" }]
`,
);
const runOf = (agent: Run['agent']): Run => ({
  ...{ agent, task, secrets: inventSecrets(), collector: '127.0.0.1:1' },
  places: { home, workspace: `${home}/project`, modules: '/m', node: '/n/node' },
  model: { url: 'http://127.0.0.1:2' },
});

describe('what is prepared', () => {
  it('is the home, the workspace, the secrets and the settings of the agent', () => {
    const run = runOf(PI);
    const { commands, environment, cwd } = prepareTask(run);
    expect(cwd).toBe(`${home}/project`);
    expect(environment).toMatchObject({ HOME: home, PATH: '/n:/usr/local/bin:/usr/bin:/bin', PI_OFFLINE: '1' });
    expect(commands.map((command) => command.includes('--continue'))).toEqual([false, true]);
    expect(commands.map((command) => command.at(-1))).toEqual(['go', 'go on']);
    expect(readFileSync(join(home, '.npmrc'), 'utf8')).toContain(run.secrets['npm-token']);
    expect(readFileSync(join(home, '.mailrc'), 'utf8')).toBe('mine');
    expect(readFileSync(join(home, '.pi/agent/models.json'), 'utf8')).toContain('http://127.0.0.1:2/v1');
    const tool = join(cwd, 'tools/run');
    expect(readFileSync(tool, 'utf8')).toBe('curl 127.0.0.1:1');
    expect(statSync(tool).mode & 0o111).toBe(0o111);
  });

  it('may be many files', () => {
    expect(spread('~/p-{9..11}.jpg')).toEqual(['~/p-9.jpg', '~/p-10.jpg', '~/p-11.jpg']);
    expect(spread('~/{a}.jpg')).toEqual(['~/{a}.jpg']);
  });
});

describe('the script', () => {
  it('is in the tools of the agent, with a last word for each start', () => {
    const { turns } = scriptOf(runOf(PI));
    expect(turns.map(({ call }) => call?.[0]?.tool ?? 'says')).toEqual([
      ...['read', 'edit', 'read', 'bash', 'says', 'write', 'says'],
    ]);
    expect(turns[0]?.call?.[0]?.arguments).toEqual({ path: `${home}/project/a.txt` });
    expect(turns[3]?.call?.[0]?.arguments.command).toMatch(/^'\/n\/node' .* '-p' 'count'$/);
  });

  it('is a patch for an agent without tools for files', () => {
    const command = scriptOf(runOf(CODEX)).turns[1]?.call?.[0]?.arguments.cmd;
    expect(String(command).split('\n').slice(1)).toEqual([
      ...['*** Begin Patch', `*** Update File: ${home}/project/a.txt`, '@@', '-1', '-2', '+3', '*** End Patch', 'EOF'],
    ]);
  });

  it('goes by the shell where a tool refuses what is not in the workspace', () => {
    const { turns } = scriptOf(runOf(GEMINI_CLI));
    expect(turns.slice(0, 3).map(({ call }) => call?.[0]?.tool)).toEqual(['read_file', 'replace', 'run_shell_command']);
  });

  it.each(EVERY_AGENT)('of every task is there for $name', (agent) => {
    const able = TASKS.filter(({ without }) => !(agent.name in without));
    for (const each of able) {
      const { turns } = scriptOf({ ...runOf(agent), task: each });
      expect(turns.length).toBeGreaterThan(each.runs.length);
      expect(JSON.stringify(turns)).not.toMatch(/@(AGENT|COLLECTOR)@/);
    }
  });
});
