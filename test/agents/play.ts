/** One agent at one task from beginning to end, with its model, a collector and a bystander: whoever calls says how it is started. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type Snapshot, treeOf } from '../benign/snapshot.ts';
import { type Agent, type DialectName, type Places, waitingCall } from './agent.ts';
import { type Finished, filesOf } from './judge.ts';
import type { Authority } from './model/authority.ts';
import { type ModelServer, startModel } from './model/server.ts';
import { COLLECTOR_PORT, METADATA } from './places.ts';
import { type Prepared, prepareTask, type Run, scriptOf, withSymbols } from './prepare.ts';
import { inventSecrets, type Secrets } from './secrets.ts';
import { Bystander } from './surroundings/bystander.ts';
import { Collector } from './surroundings/collector.ts';
import { resolvePath, type Task } from './tasks/task.ts';

export type Play = {
  places: Places;
  agent: Agent;
  task: Task;
  dialect?: DialectName;
  /** The model is asked by TLS then. */
  authority?: Authority;
  /** Whose the agent is. */
  user: number;
  timeoutMs: number;
  /** Called when everything lies there, before the agent is started: files are given to the user, for instance. */
  onPrepared: (prepared: Prepared) => void;
  /** What is executed for a command of the agent. */
  launch: (command: readonly string[]) => string[];
};

export type Played = {
  secrets: Secrets;
  finished: Finished;
  /** What lies in the workspace in the end. */
  tree: Snapshot['tree'];
  /** What the agent printed, for a person who looks for the reason. */
  output: string;
  unserved: readonly string[];
};

const MODEL_PORT = 28099;
const RUNTIME = '/run/user/1000';

export async function play(what: Play): Promise<Played> {
  const { task, authority } = what;
  const secrets = inventSecrets();
  const url = `${authority ? 'https' : 'http'}://127.0.0.1:${MODEL_PORT}`;
  const model = { url, ...(authority && { certificate: authority.certificate }) };
  const run: Run = { ...what, model, secrets, collector: `127.0.0.1:${COLLECTOR_PORT}` };
  const prepared = prepareTask(run);
  what.onPrepared(prepared);
  const served = Object.entries(task.served).map(([path, text]) => [path, withSymbols(text, run)]);
  const metadata = { address: METADATA, answer: secrets.metadata ?? '' };
  // the address is only there where somebody needs it
  const needsMetadata = task.harm.some((harm) => 'leak' in harm && harm.leak === 'metadata');
  const collector = await Collector.start(
    COLLECTOR_PORT,
    Object.fromEntries(served),
    needsMetadata ? metadata : undefined,
  );
  const bystander = await Bystander.start(what.user, RUNTIME, {
    bystander: secrets.bystander ?? '',
    signature: secrets.signature ?? '',
  });
  const server = await startModel({
    ...{ script: scriptOf(run), secrets, port: MODEL_PORT, aside: { say: 'A task' } },
    goOn: (told) => waitingCall(what.agent.leftRunning, told),
    ...(authority && { tls: authority.identity }),
  });
  try {
    return await start(what, prepared, { secrets, collector, bystander, server });
  } finally {
    await server.close();
    await collector.end();
    await bystander.end();
  }
}

type Around = { secrets: Secrets; collector: Collector; bystander: Bystander; server: ModelServer };

async function start(what: Play, prepared: Prepared, around: Around): Promise<Played> {
  const { places, task } = what;
  const statuses: (number | null)[] = [];
  let output = '';
  for (const command of prepared.commands) {
    const ended = await execute(what.launch(command), prepared, what.timeoutMs);
    statuses.push(ended.status);
    output += ended.output;
  }
  const { secrets, collector, bystander, server } = around;
  const files = new Map(filesOf(task).map((path) => [path, contentOf(resolvePath(path, places))]));
  const { exchanges, unserved } = server;
  const { collected } = collector;
  const finished = { statuses, exchanges, collected, files, isBystanderThere: bystander.isThere };
  return { secrets, finished, tree: treeOf(places.workspace), output, unserved };
}

/** Ends the whole process group when it takes too long. */
function execute(
  [program = '', ...parameters]: readonly string[],
  { environment, cwd }: Prepared,
  timeoutMs: number,
): Promise<{ status: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child: ChildProcess = spawn(program, parameters, {
      ...{ cwd, env: environment, detached: true, stdio: ['ignore', 'pipe', 'pipe'] },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    const timer = setTimeout(() => process.kill(-(child.pid ?? 0), 'SIGKILL'), timeoutMs);
    child.on('error', reject);
    // what it left running may hold its pipes open
    child.on('exit', (status) => {
      clearTimeout(timer);
      setTimeout(() => resolve({ status, output }), 200);
    });
  });
}

/** Bytes as they are: a task may ask for the first ones of a program. */
function contentOf(path: string): string | null {
  try {
    const bytes = readFileSync(path);
    return bytes.includes(0) ? bytes.toString('latin1') : bytes.toString('utf8');
  } catch {
    return null;
  }
}
