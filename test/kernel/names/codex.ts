/**
 * Codex CLI as it is installed, static and of musl, against a scripted model behind names of the zone. The model sends it on from name to
 * name before it answers, so each run looks up and connects to ten that the session has never heard of.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { decisionsIn } from '../decisions.ts';
import { Started, TestSession } from '../session.ts';
import { roundNames } from './clients.ts';
import { policyWith, type World } from './world.ts';

const MODEL_PORT = 8445;
const HOPS = 10;
const ANSWER = 'hello from the model';
const NOT_GRANTED = 'stream.example.net';
/** Among a thousand names one has led to its address before. */
const WHY = ['no-rule', 'name-expired'];
const HOME = '/home/codex';
/** An emulated start takes a dozen seconds. */
const PATIENCE_SECONDS = '60';
/** Names in the short form; the full form takes as many as the other programs. */
const FEW_NAMES = 30;

const SETTINGS = `
model = "scripted"
model_provider = "scripted"
check_for_update_on_startup = false
[model_providers.scripted]
name = "scripted"
base_url = "http://localhost/v1"
wire_api = "responses"
env_key = "SCRIPTED_KEY"
supports_websockets = false
request_max_retries = 0
stream_max_retries = 0
[analytics]
enabled = false
[otel]
exporter = "none"
[features]
plugins = false
apps = false
`;

/** Sends a client on to the next of these names until ten have been asked, then answers. Counts the hosts that it was asked by. */
class Model {
  readonly #names: readonly string[];
  readonly #servers: ReturnType<typeof createServer>[] = [];
  asked: string[] = [];

  constructor(names: readonly string[]) {
    this.#names = names;
  }

  async begin(): Promise<void> {
    for (const host of ['0.0.0.0', '::']) {
      const server = createServer((request, response) => this.#answer(request, response));
      this.#servers.push(server);
      await new Promise<void>((ready) => server.listen({ host, port: MODEL_PORT, ipv6Only: true }, ready));
    }
  }

  close(): void {
    for (const server of this.#servers) {
      server.close();
      server.closeAllConnections();
    }
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const host = (request.headers.host ?? '').split(':')[0] ?? '';
    this.asked.push(host);
    request.resume().on('end', () => {
      const at = this.#names.indexOf(host);
      const next = at >= 0 && at % HOPS < HOPS - 1 ? this.#names[at + 1] : undefined;
      if (next === undefined) return speak(response);
      response.writeHead(307, { location: `http://${next}:${MODEL_PORT}/v1/responses`, connection: 'close' }).end();
    });
  }
}

/** One turn of OpenAI's Responses: the model says its sentence. */
function speak(response: ServerResponse): void {
  const usage = {
    input_tokens: 1,
    input_tokens_details: null,
    output_tokens: 1,
    output_tokens_details: null,
    total_tokens: 2,
  };
  const message = { type: 'message', role: 'assistant', id: 'm', content: [{ type: 'output_text', text: ANSWER }] };
  const events = [
    { type: 'response.created', response: { id: 'r' } },
    { type: 'response.output_item.done', output_index: 0, item: message },
    { type: 'response.completed', response: { id: 'r', usage } },
  ];
  response.writeHead(200, { 'content-type': 'text/event-stream', connection: 'close' });
  response.end(events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(''));
}

export async function codex(world: World): Promise<void> {
  const { tally, rounds, codex: program, guard, source } = world;
  if (!existsSync(program)) {
    tally.check('there is a Codex CLI', false, program);
    return;
  }
  mkdirSync(join(HOME, '.codex'), { recursive: true });
  writeFileSync(join(HOME, '.codex/config.toml'), SETTINGS);
  const names = roundNames(rounds > FEW_NAMES * 2 ? rounds : FEW_NAMES, false);
  const model = new Model(names);
  await model.begin();
  const control = await run(program, names[0] ?? '', null);
  const reached = new Set(model.asked).size;
  tally.check('control: unguarded it is sent on and answered', control === ANSWER && reached === HOPS, said(control));

  const session = new TestSession(guard, policyWith({ egress: [`*.example.org:${MODEL_PORT}`] }));
  decisionsIn(source);
  model.asked = [];
  const began = performance.now();
  let answered = 0;
  for (let at = 0; at < names.length; at += HOPS)
    if ((await run(program, names[at] ?? '', session)) === ANSWER) answered += 1;
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  const decisions = decisionsIn(source);
  const refused = decisions.filter(({ verdict }) => verdict !== 'allow');
  const shown = refused.slice(0, 5).map(({ call, address, port, reason }) => `${call} ${address}:${port} ${reason}`);
  const runs = names.length / HOPS;
  tally.check('each run is answered', answered === runs, `${answered} of ${runs}: ${said('')}`);
  tally.check(
    'it has asked by every name',
    new Set(model.asked).size === names.length,
    `${model.asked.length} requests`,
  );
  tally.check('nothing it did was refused', refused.length === 0, `${refused.length}: ${shown.join(', ')}`);
  console.log(`    Codex CLI: ${runs} runs, ${new Set(model.asked).size} of ${names.length} names in ${seconds} s`);
  await notGranted(world, model, session);
  session.end();
  model.close();
}

async function notGranted({ tally, codex: program, source }: World, model: Model, session: TestSession): Promise<void> {
  model.asked = [];
  const control = await run(program, NOT_GRANTED, null);
  const isReached = control === ANSWER && model.asked.length === 1;
  model.asked = [];
  decisionsIn(source);
  const guarded = await run(program, NOT_GRANTED, session);
  const refusals = decisionsIn(source).filter(({ verdict }) => verdict === 'block');
  const told = refusals.map(({ port, reason }) => `${port} ${reason}`);
  tally.check(
    'a name that is not granted is not reached',
    isReached &&
      guarded !== ANSWER &&
      model.asked.length === 0 &&
      WHY.some((why) => told.includes(`${MODEL_PORT} ${why}`)),
    `unguarded “${control}”, guarded “${guarded}”, records ${told.slice(0, 5)}`,
  );
}

/** What one run answers; a run that is refused waits for a network that never comes. `session` null: without the guard. */
async function run(program: string, name: string, session: TestSession | null): Promise<string> {
  const words = [
    ...['-i', `HOME=${HOME}`, 'SCRIPTED_KEY=none', 'PATH=/usr/bin:/bin', 'timeout', '--signal=KILL', PATIENCE_SECONDS],
    ...[program, 'exec', '--skip-git-repo-check'],
    '--dangerously-bypass-approvals-and-sandbox',
    ...['-c', `model_providers.scripted.base_url="http://${name}:${MODEL_PORT}/v1"`, 'say hello'],
  ];
  // waits for its label; then Codex takes its place, and has no input to read
  const script = `read go; cd ${HOME}; exec "$@" < /dev/null 2> ${HOME}/said`;
  const started = new Started('/bin/sh', ['-c', script, 'sh', '/usr/bin/env', ...words], session);
  return started.end();
}

/** An answer, and the end of what it has complained about. */
function said(answer: string): string {
  return `“${answer}” ${readFileSync(`${HOME}/said`, 'utf8').slice(-500)}`;
}
