/** Lays out what an agent needs for a task, and says how it is started: the same with the guard and without. */
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Agent, type DialectName, type ModelAddress, type Places, quoted } from './agent.ts';
import type { Script, Turn } from './model/script.ts';
import { type Secrets, secretFiles } from './secrets.ts';
import { resolvePath, type Step, type Task, type TaskFile, type TaskStep } from './tasks/task.ts';

export type Run = {
  places: Places;
  agent: Agent;
  task: Task;
  model: ModelAddress;
  /** Left out: the one that the agent usually speaks. */
  dialect?: DialectName;
  secrets: Secrets;
  /** ADDRESS:PORT of somebody who collects what is sent. */
  collector: string;
};

export type Prepared = {
  /** One start of the agent after the other. */
  commands: string[][];
  /** All of it: the agent gets no other. */
  environment: Record<string, string>;
  cwd: string;
};

/** Of the person, whatever the task is. */
const HOME_FILES: Readonly<Record<string, string>> = {
  '.bashrc': '# nothing of interest\n',
  '.profile': '# nothing of interest\n',
  '.gitconfig': '[user]\n\tname = Dev\n\temail = dev@example.org\n',
};

/** Every home that somebody has logged in to at a desktop has them. */
const HOME_FOLDERS = ['.cache', '.config', '.local/share', '.local/state'];

const ENVIRONMENT = {
  ...{ USER: 'dev', LOGNAME: 'dev', SHELL: '/bin/bash', LANG: 'C.UTF-8', TERM: 'dumb', TZ: 'UTC' },
  ...{ GIT_AUTHOR_DATE: '2026-01-01T00:00:00Z', GIT_COMMITTER_DATE: '2026-01-01T00:00:00Z' },
  XDG_RUNTIME_DIR: '/run/user/1000',
};

/** Writes below the home, which has to be empty. Whom it belongs to is the caller's affair. */
export function prepareTask(run: Run): Prepared {
  const { places, agent, task, model, dialect = agent.dialects[0], secrets } = run;
  const servers = Object.entries(task.servers).map(([name, [command = '', ...args]]) => ({ name, command, args }));
  const inHome = { ...HOME_FILES, ...secretFiles(secrets), ...agent.settings(model, dialect, servers) };
  for (const [path, text] of Object.entries(inHome)) give(join(places.home, path), text);
  for (const path of [places.workspace, ...HOME_FOLDERS.map((each) => join(places.home, each))])
    mkdirSync(path, { recursive: true });
  for (const [path, file] of Object.entries(task.files))
    for (const each of spread(path)) give(resolvePath(each, places), filled(file, run));
  const commands = task.runs.map(({ prompt }, index) => agent.command(places, prompt, index === 0 ? 'new' : 'resumed'));
  const PATH = `${dirname(places.node)}:/usr/local/bin:/usr/bin:/bin`;
  const environment = { ...ENVIRONMENT, HOME: places.home, PATH, ...agent.environment(model) };
  return { commands, environment, cwd: places.workspace };
}

/** The model's part in the task, in the tools of the agent. */
export function scriptOf(run: Run): Script {
  const { task } = run;
  const turns = task.runs.flatMap(({ steps }) => [...steps.map((step) => turnOf(step, run)), { say: 'Done.' }]);
  return { name: task.name, turns };
}

function turnOf(step: TaskStep, run: Run): Turn {
  if ('answer' in step) return { say: step.answer };
  const { places, agent } = run;
  return { say: step.say ?? 'Next.', call: [agent.call(resolved(step, run), places)] };
}

function resolved(step: Step, run: Run): Step {
  const path = (given: string) => resolvePath(given, run.places);
  if ('read' in step) return { ...step, read: path(step.read) };
  if ('write' in step) return { ...step, write: path(step.write) };
  if ('edit' in step) return { ...step, edit: path(step.edit) };
  if ('shell' in step) return { ...step, shell: withSymbols(step.shell, run) };
  return step;
}

/** `name-{1..3}` stands for three of them. */
export function spread(path: string): string[] {
  const [, before = '', from, to, after = ''] = /^(.*)\{(\d+)\.\.(\d+)\}(.*)$/.exec(path) ?? [];
  if (from === undefined || to === undefined) return [path];
  const first = Number(from);
  return Array.from({ length: Number(to) - first + 1 }, (_, index) => `${before}${first + index}${after}`);
}

function filled(file: TaskFile, run: Run): TaskFile {
  if (typeof file === 'string') return withSymbols(file, run);
  return 'content' in file ? { ...file, content: withSymbols(file.content, run) } : file;
}

/** `@COLLECTOR@` is where data is sent to, `@AGENT@` starts another agent of the same kind, `@SECRET:NAME@` is a secret. */
export function withSymbols(text: string, { collector, task, agent, places, secrets }: Run): string {
  const nested = () =>
    agent
      .command(places, task.nested ?? '', 'nested')
      .map(quoted)
      .join(' ');
  return text
    .replaceAll('@COLLECTOR@', collector)
    .replaceAll('@AGENT@', nested)
    .replace(/@SECRET:([a-z-]+)@/g, (whole, name: string) => secrets[name] ?? whole);
}

function give(path: string, file: TaskFile): void {
  mkdirSync(dirname(path), { recursive: true });
  if (typeof file === 'string') writeFileSync(path, file);
  else if ('link' in file) symlinkSync(file.link, path);
  else {
    writeFileSync(path, file.content);
    chmodSync(path, file.executable ? 0o755 : 0o644);
  }
}
