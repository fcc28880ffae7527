import { Worker } from 'node:worker_threads';
import type { EvidenceRecord } from '../../core/evidence/record.ts';
import type { Verification, VerifyOptions } from '../../core/evidence/verify.ts';
import { failure, type Result, success } from '../../core/result.ts';
import { AUDIT_WORKER, VERIFY_WORKER } from '../entry-points.ts';
import { type AuditError, AuditFailure } from './audit-error.ts';
import type { Receipt } from './audit-service.ts';
import type { FromWorker, Request, ToWorker } from './messages.ts';
import type { AuditOptions, RecordDraft, SessionDescription, WaitingDescription } from './options.ts';
import type { AuditEntry, AuditPage, AuditQuery } from './query.ts';
import type { LogExtent } from './verify-log.ts';
import type { VerifyWorkerData } from './verify-worker.ts';

/** What else can go wrong while the log is open. `final`: nothing will be written before a restart. */
export type AuditTrouble = { readonly error: AuditError; readonly final: boolean };

/** The evidence log as the helper's main thread sees it. Promises reject with AuditFailure, whose `error` says why. */
export type AuditLog = {
  /** Resolves once the records are on disk. */
  append(drafts: readonly RecordDraft[]): Promise<Receipt[]>;
  query(query: AuditQuery): Promise<AuditPage>;
  get(seq: number): Promise<AuditEntry>;
  /** Walks over all that is durable now, in a thread of its own. */
  verify(options?: VerifyOptions): Promise<Verification>;
  /** Signs what is there now. */
  checkpoint(): Promise<void>;
  /** Before the first event of the session. */
  describeSession(description: SessionDescription): Promise<void>;
  /** Before the first session begins under it. */
  describeWaiting(description: WaitingDescription): Promise<void>;
  /** Starts reading kernel events: `url` names a module that exports `open(data)`. */
  attachKernel(url: URL, data: unknown): Promise<void>;
  /** Every record once it is durable, in order. Returns the way to stop. */
  onRecord(listener: (record: EvidenceRecord) => void): () => void;
  onTrouble(listener: (trouble: AuditTrouble) => void): () => void;
  /** Writes `helper.stopped` and a checkpoint. */
  close(reason: string): Promise<void>;
};

/** Opens or starts the log in a worker thread. Fails where the log is not intact: see AuditOptions.onBrokenLog. */
export async function openAuditLog(options: AuditOptions): Promise<Result<AuditLog, AuditError>> {
  const worker = new Worker(AUDIT_WORKER, {
    workerData: { options },
    name: 'ringfence-audit',
  });
  const link = new WorkerLink(worker);
  const refused = await link.opened;
  if (refused === null) return success(handleOf(link, options.directory));
  await worker.terminate();
  return failure(refused);
}

function handleOf(link: WorkerLink, directory: string): AuditLog {
  return {
    append: (drafts) => link.ask<Receipt[]>({ do: 'append', drafts }),
    query: (query) => link.ask<AuditPage>({ do: 'query', query }),
    get: (seq) => link.ask<AuditEntry>({ do: 'get', seq }),
    verify: async (options = {}) => verifyBeside(directory, options, await link.ask<LogExtent>({ do: 'extent' })),
    checkpoint: () => link.ask<void>({ do: 'checkpoint' }),
    describeSession: (description) => link.ask<void>({ do: 'describe-session', description }),
    describeWaiting: (description) => link.ask<void>({ do: 'describe-waiting', description }),
    attachKernel: (url, data) => link.ask<void>({ do: 'attach-kernel', url: url.href, data }),
    onRecord: (listener) => link.records.add(listener),
    onTrouble: (listener) => link.troubles.add(listener),
    close: (reason) => link.close(reason),
  };
}

class Listeners<Value> {
  private readonly listeners = new Set<(value: Value) => void>();

  add(listener: (value: Value) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  tell(value: Value): void {
    for (const listener of this.listeners) listener(value);
  }
}

type Waiting = { readonly resolve: (value: unknown) => void; readonly reject: (problem: AuditFailure) => void };

class WorkerLink {
  readonly records = new Listeners<EvidenceRecord>();
  readonly troubles = new Listeners<AuditTrouble>();
  /** The reason why the log could not be opened; null if it could. */
  readonly opened: Promise<AuditError | null>;
  private readonly worker: Worker;
  private readonly waiting = new Map<number, Waiting>();
  private lastId = 0;
  private ended: AuditError | null = null;

  constructor(worker: Worker) {
    this.worker = worker;
    this.opened = new Promise((resolve) => {
      worker.on('message', (message: FromWorker) => {
        if (message.kind === 'opened') resolve(null);
        else if (message.kind === 'refused') resolve(message.error);
        else this.receive(message);
      });
      worker.on('error', (problem: Error) => {
        const error: AuditError = {
          code: 'closed',
          message: `The audit worker died: ${problem.stack ?? problem.message}`,
          remedy: 'Restart the helper.',
        };
        resolve(error);
        this.end(error, true);
      });
      worker.on('exit', () => this.end({ code: 'closed', message: 'The evidence log is closed.' }, false));
    });
  }

  ask<Value>(request: Request): Promise<Value> {
    if (this.ended !== null) return Promise.reject(new AuditFailure(this.ended));
    this.lastId += 1;
    const id = this.lastId;
    return new Promise<Value>((resolve, reject) => {
      this.waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      this.worker.postMessage({ id, request } satisfies ToWorker);
    });
  }

  async close(reason: string): Promise<void> {
    const gone = new Promise<void>((resolve) => this.worker.once('exit', () => resolve()));
    try {
      await this.ask<void>({ do: 'close', reason });
    } finally {
      if (this.ended === null) await Promise.race([gone, this.worker.terminate()]);
    }
  }

  private receive(message: Exclude<FromWorker, { kind: 'opened' | 'refused' }>): void {
    if (message.kind === 'records') for (const record of message.records) this.records.tell(record);
    else if (message.kind === 'trouble') this.troubles.tell(message);
    else this.settle(message);
  }

  private settle(message: Extract<FromWorker, { kind: 'reply' | 'error' }>): void {
    const waiting = this.waiting.get(message.id);
    this.waiting.delete(message.id);
    if (message.kind === 'reply') waiting?.resolve(message.value);
    else waiting?.reject(new AuditFailure(message.error));
  }

  private end(error: AuditError, isTrouble: boolean): void {
    this.ended ??= error;
    if (isTrouble) this.troubles.tell({ error, final: true });
    for (const { reject } of this.waiting.values()) reject(new AuditFailure(this.ended));
    this.waiting.clear();
  }
}

function verifyBeside(directory: string, options: VerifyOptions, extent: LogExtent): Promise<Verification> {
  const workerData: VerifyWorkerData = { directory, options, extent };
  const worker = new Worker(VERIFY_WORKER, { workerData, name: 'ringfence-verify' });
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () =>
      reject(new AuditFailure({ code: 'closed', message: 'The verification ended without a result.' })),
    );
  });
}
