/** Twenty programs that are no agents, some with names and folders much like an agent's: none is in a session. */
import { chmodSync, copyFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { give, HOME, ringfence, sleep } from '../installed.ts';
import type { Tally } from '../tally.ts';
import { NODE } from './layouts.ts';
import { begun, run } from './runs.ts';

const APP = `${HOME}/app`;

function scriptOf(path: string, text: string): string {
  give(path, text);
  return path;
}

function programs(reader: string): (readonly string[])[] {
  const native = (path: string): string => {
    mkdirSync(dirname(path), { recursive: true });
    copyFileSync(reader, path);
    chmodSync(path, 0o755);
    return path;
  };
  const node = scriptOf(`${APP}/dist/index.js`, "require('node:fs'); console.log('ok');\n");
  const python = scriptOf(`${APP}/aider.py`, "print('ok')\n");
  return [
    [NODE, node],
    [NODE, scriptOf(`${APP}/cli.js`, "console.log('ok');\n")],
    [NODE, '-e', 'console.log("claude")'],
    [NODE, '-p', '1', `${HOME}/.local/share/claude/versions/2.1.330`],
    [NODE, '/usr/lib/node_modules/npm/bin/npm-cli.js', '--version'],
    [NODE, scriptOf(`${APP}/node_modules/openclaw-theme/index.js`, "console.log('ok');\n")],
    [NODE, scriptOf(`${APP}/node_modules/@openai/agents/index.js`, "console.log('ok');\n")],
    ['/usr/bin/python3', python],
    ['/usr/bin/python3', '-c', 'print("aider")'],
    ['/usr/bin/python3', '-m', 'json.tool', '--help'],
    ['/usr/bin/python3', '-m', 'aiderless'],
    ['/bin/sh', '-c', `cat ${HOME}/.local/share/claude/versions/2.1.330 > /dev/null`],
    ['/bin/bash', scriptOf(`${APP}/claude.sh`, 'echo ok\n')],
    ['/usr/bin/git', '--version'],
    // a Go program that shares an agent's name, and others that only share a folder's
    [native(`${HOME}/go/bin/goose`)],
    [native(`${HOME}/go/bin/claude`)],
    [native(`${APP}/versions/2.1.330`)],
    // as Electron programs lie, with agents inside that are not told apart from the rest
    [native('/usr/share/code/code'), '--type=utility'],
    [native('/opt/Cursor/cursor')],
    [native('/tmp/.mount_Obsidian/obsidian')],
  ];
}

export async function ordinary(tally: Tally, reader: string): Promise<void> {
  const all = programs(reader);
  tally.check('there are twenty of them', all.length === 20);
  const before = begun().length;
  const silent = all.filter((command) => run(command).status === null);
  await sleep(2000);
  const taken = begun()
    .slice(before)
    .map(({ skill_id, path }) => `${skill_id}: ${path}`);
  tally.check('none is taken for an agent', taken.length === 0, taken.join(', '));
  tally.check('all of them ran', silent.length === 0, silent.map((command) => command.join(' ')).join('; '));
  tally.check('none is shown', ringfence('ps').stdout.includes('No agent runs'), ringfence('ps').stdout);
}
