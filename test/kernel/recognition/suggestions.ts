/** What looks like an agent and is none that is known: a person is told, and nothing is held. */
import { give, HOME, ringfence, startAsDev, until } from '../installed.ts';
import type { Tally } from '../tally.ts';
import { NODE } from './layouts.ts';
import { begun, PATH } from './runs.ts';

const PATIENCE_MS = 60_000;

export async function suggestions(tally: Tally): Promise<void> {
  const python = `${HOME}/app/mine.py`;
  give(python, 'import time\nif False:\n    pass\nif len(__name__) < 0:\n    import langchain\ntime.sleep(600)\n');
  const titled = `${HOME}/app/server.js`;
  give(titled, "process.title = 'openclaw-gateway'; setInterval(() => {}, 1000);\n");
  const packaged = `${HOME}/app/node_modules/my-agent/main.js`;
  give(packaged, 'setInterval(() => {}, 1000);\n');
  const before = begun().length;
  const commands = [
    ['/usr/bin/python3', python],
    [NODE, titled],
    [NODE, packaged],
    ['env', 'CLAUDECODE=1', '/usr/bin/sleep', '600'],
    ['/usr/bin/sleep', '601'],
  ];
  const children = commands.map((command) => startAsDev(['env', `PATH=${PATH}`, ...command]).child);
  const said = () => ringfence('ps', '--suggested').stdout;
  const isThere = await until(() => /a Python program/.test(said()) && /OpenClaw/.test(said()), PATIENCE_MS);
  const text = said();
  tally.check('a Python program with an agent framework, and a title', isThere, text);
  tally.check('a package that calls itself an agent', /an agent by its package/.test(text), text);
  tally.check('what an agent may have started', /a process of Claude Code/.test(text), text);
  tally.check('nothing else', !text.includes('601'), text);
  tally.check(
    'none is in a session',
    begun().length === before && /No agent runs/.test(ringfence('ps').stdout),
    ringfence('ps').stdout,
  );
  for (const child of children) child.kill('SIGKILL');
}
