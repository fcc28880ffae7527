import type { Refusal } from '../../core/protocol/errors.ts';
import { failure, type Result, success } from '../../core/result.ts';
import { MANIFEST_WORKER } from '../entry-points.ts';
import type {
  BindError,
  Binding,
  BindRequest,
  CheckedDraft,
  DraftRequest,
  Publisher,
  PublisherRequest,
} from './binding.ts';
import { checkTables } from './check-tables.ts';
import {
  decodeAnswer,
  decodeDraftAnswer,
  decodePublisherAnswer,
  encodeDraftRequest,
  encodePublisherRequest,
  encodeRequest,
} from './message.ts';
import { startWorker, type WorkerLaunch, type WorkerProcess } from './worker-process.ts';
import { workerUser } from './worker-user.ts';

/** Times in milliseconds. */
export type ManifestWorkerOptions = Partial<WorkerLaunch> & {
  /** From the request to the answer. */
  readonly answerWithin?: number;
  /** Manifests judged at the same time; further ones wait. */
  readonly atOnce?: number;
};

export type ManifestWorker = {
  /** Judges and compiles a manifest. Never throws for what a manifest or a worker does. */
  bind(request: BindRequest): Promise<Result<Binding, BindError>>;
  /** Judges a draft and adds the hashes. The text that comes back is the worker's word: see `vouchFor`. */
  complete(request: DraftRequest): Promise<Result<CheckedDraft, BindError>>;
  /** Verifies a manifest by the keys it brings along. The key that comes back is the worker's word. */
  introduce(request: PublisherRequest): Promise<Result<Publisher, BindError>>;
  /** Ends the worker that stands by, and lets nobody bind any more. */
  close(): void;
};

/** Reads what a worker has answered. */
type Accept<T> = (answer: string) => Result<T, BindError>;

const READY_WITHIN = 30_000;
/** A usual manifest takes 0.1 s, and a hundred times that on an emulated machine that shares its processors. */
const ANSWER_WITHIN = 30_000;
const AT_ONCE = 2;
const REMEDY = 'Try again; if it fails again, the manifest is too much for the helper: make it smaller.';

/**
 * Judges manifests in processes of their own: one confined process for each, so that a hostile manifest never meets
 * another. The next process is started ahead, since its start takes longer than its work.
 */
export function manifestWorker(options: ManifestWorkerOptions = {}): ManifestWorker {
  const { answerWithin = ANSWER_WITHIN, atOnce = AT_ONCE, ...given } = options;
  const launch = {
    program: MANIFEST_WORKER,
    user: workerUser(),
    readyWithin: READY_WITHIN,
    ...given,
  };
  const waiting: (() => void)[] = [];
  let busy = 0;
  let closed = false;
  let standby: WorkerProcess | null = startWorker(launch);

  async function turn(): Promise<void> {
    if (busy >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
    else busy += 1;
  }

  // The place goes to the next in line, or is free again.
  function yieldTurn(): void {
    const next = waiting.shift();
    if (next === undefined) busy -= 1;
    else next();
  }

  async function readyWorker(): Promise<Result<WorkerProcess, string>> {
    const worker = standby ?? startWorker(launch);
    standby = null;
    const ready = await worker.ready;
    return ready.ok ? success(worker) : ready;
  }

  async function judge<T>(text: string, accept: Accept<T>): Promise<Result<T, BindError>> {
    // A worker that stood by may have died meanwhile: one more is tried, a third would fail as well.
    const first = await readyWorker();
    const worker = first.ok ? first : await readyWorker();
    if (!worker.ok) return failure(failed(worker.error));
    const answer = await worker.value.ask(text, answerWithin);
    return answer.ok ? accept(answer.value) : failure(failed(answer.error));
  }

  async function inTurn<T>(text: string, accept: Accept<T>): Promise<Result<T, BindError>> {
    await turn();
    try {
      return closed ? failure(failed('the helper is stopping')) : await judge(text, accept);
    } finally {
      yieldTurn();
      if (!closed) standby ??= startWorker(launch);
    }
  }

  return {
    bind: (request) => inTurn(encodeRequest(request), (answer) => acceptBinding(answer, request)),
    complete: (request) => inTurn(encodeDraftRequest(request), acceptDraft),
    introduce: (request) => inTurn(encodePublisherRequest(request), acceptPublisher),
    close() {
      closed = true;
      standby?.end();
    },
  };
}

function failed(why: string): BindError {
  return { code: 'worker-failed', message: `the manifest could not be judged: ${why}`, remedy: REMEDY };
}

function acceptDraft(answer: string): Result<CheckedDraft, BindError> {
  return accept(decodeDraftAnswer(answer));
}

function acceptPublisher(answer: string): Result<Publisher, BindError> {
  return accept(decodePublisherAnswer(answer));
}

type Answered<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: readonly Refusal[] };

function accept<T>(decoded: Result<Answered<T>, string>): Result<T, BindError> {
  if (!decoded.ok) return failure(failed(`the answer is not in order: ${decoded.error}`));
  const { value: answer } = decoded;
  return answer.ok ? success(answer.value) : failure({ code: 'manifest-refused', refusals: answer.error });
}

function acceptBinding(answer: string, request: BindRequest): Result<Binding, BindError> {
  const decoded = accept(decodeAnswer(answer));
  if (!decoded.ok) return decoded;
  const binding = decoded.value as Binding;
  const checked = checkTables(binding.tables, {
    ruleIds: new Set(binding.summary.rules.map((rule) => rule.id)),
    devices: new Set(request.mounts.map((mount) => mount.device)),
    undeclared: binding.summary.undeclared,
  });
  return checked.ok ? success(binding) : failure(failed(`the tables are not in order: ${checked.error}`));
}
