import { setTimeout as delay } from 'node:timers/promises';
import type { HelperClient, SequencedEvent } from '../../client/index.ts';
import type { ApprovalEnd, ApprovalRequest } from '../../core/protocol/approval.ts';
import { EXIT } from '../exit-code.ts';
import { ask, type HelperOptions, openHelper } from '../helper-connection.ts';
import { complainOf, type Terminal } from '../terminal/terminal.ts';
import { visible } from '../terminal/visible.ts';
import { printRequest } from './show-request.ts';
import { TypedAnswers } from './typed-answers.ts';

export type WatchOptions = HelperOptions & { readonly json?: boolean };

const AGAIN_MS = 1000;
/** When the helper is not there at the start, there is nothing to watch; when it goes later, it will be back. */
const TRIES = 60;

const OUTCOMES: Readonly<Record<ApprovalEnd['outcome'], string>> = {
  allowed: 'allowed',
  denied: 'denied',
  'timed-out': 'given up: nobody answered',
  withdrawn: 'withdrawn: the process ended or went on',
  interrupted: 'denied: the process was interrupted',
  'guard-unavailable': 'denied: the guard was not there',
};

/** Shows questions as they come, and lets them be answered here. As long as it runs, calls are held instead of refused. */
export async function watchApprovals(options: WatchOptions, terminal: Terminal): Promise<number> {
  const answers = options.json || !process.stdin.isTTY ? null : new TypedAnswers(process.stdin, terminal);
  for (let tries = 0; tries < TRIES; tries++) {
    const quiet = tries === 0 ? terminal : { ...terminal, complain: () => {} };
    const client = await openHelper(options, quiet);
    if (client === null && tries === 0) return EXIT.cannot;
    if (client !== null) {
      tries = 0;
      await watchOne(client, answers, options, terminal);
    }
    await delay(AGAIN_MS);
  }
  complainOf(terminal, 'the helper has not come back', 'See: ringfence doctor');
  return EXIT.cannot;
}

async function watchOne(
  client: HelperClient,
  answers: TypedAnswers | null,
  options: WatchOptions,
  terminal: Terminal,
): Promise<void> {
  const show = shower(options, terminal);
  client.onEvent((happened) => {
    show(happened);
    answers?.follow(happened);
  });
  if ((await ask(client, 'approvals.attend', {}, terminal)) === null) return client.close();
  if (!options.json)
    terminal.print(answers ? 'Watching. Type ? for help, Ctrl-C to end.' : 'Watching. Ctrl-C ends it.');
  for (const data of client.snapshot.approvals) {
    const happened = { event: 'approval.asked', data, sequence: client.snapshot.sequence } as const;
    show(happened);
    answers?.follow(happened);
  }
  answers?.speakTo(client);
  const end = await client.ended;
  answers?.speakTo(null);
  if (end !== null) complainOf(terminal, `${end.message}; trying again`);
}

/** Questions and their ends, for people or as one JSON object a line. */
function shower({ json }: WatchOptions, terminal: Terminal): (happened: SequencedEvent) => void {
  return ({ event, data }) => {
    if (event !== 'approval.asked' && event !== 'approval.ended') return;
    if (json) terminal.print(JSON.stringify({ event, data }));
    else if (event === 'approval.asked') printRequest(data as ApprovalRequest, terminal);
    else {
      const { id, outcome, by } = data as ApprovalEnd;
      terminal.print(`${id}  ${visible(OUTCOMES[outcome])}${by === null ? '' : ` (by uid ${by})`}`);
    }
  };
}
