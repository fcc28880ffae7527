import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { failure, type Result, success } from '../../core/result.ts';
import { type AuditError, AuditFailure, systemError } from './audit-error.ts';
import { AuditService } from './audit-service.ts';
import type { KernelSource, KernelSourceModule } from './kernel-event.ts';
import type { FromWorker, Request, ToWorker, WorkerData } from './messages.ts';
import type { RecordDraft } from './options.ts';

/** The thread that owns the evidence: log, index, checkpoints, and the kernel's ring. */

const TICK_MS = 250;
const RETRY_MS = 1000;
/** Events of this time share one fsync and one transaction: one by one they would cost many times as much. */
const GATHER_MS = 20;

const port = parentPort;
if (port === null) throw new Error('helper/audit/worker.ts is started by openAuditLog');
const send = (message: FromWorker) => port.postMessage(message);

const opened = AuditService.open((workerData as WorkerData).options, (written) => {
  send({ kind: 'records', records: written.map(({ record }) => record) });
});
if (opened.ok) serve(opened.value);
else send({ kind: 'refused', error: opened.error });

function serve(service: AuditService): void {
  const waiting: { id: number; drafts: readonly RecordDraft[] }[] = [];
  const pumping = new AbortController();
  let pumped: Promise<void> = Promise.resolve();

  // Appends of one turn of the loop share one fsync.
  const flushAppends = () => {
    const batch = waiting.splice(0);
    const results = service.append(batch.map(({ drafts }) => drafts));
    batch.forEach(({ id }, index) => {
      reply(id, results[index]!);
    });
  };

  const answer = async (request: Exclude<Request, { do: 'append' }>): Promise<unknown> => {
    switch (request.do) {
      case 'query':
        return service.query(request.query);
      case 'get':
        return service.get(request.seq);
      case 'extent':
        return service.extent();
      case 'checkpoint':
        return service.checkpoint();
      case 'describe-session':
        return service.describeSession(request.description);
      case 'describe-waiting':
        return service.describeWaiting(request.description);
      case 'attach-kernel': {
        const source = await openSource(request.url, request.data);
        service.attach(source);
        pumped = pump(service, source, pumping.signal);
        return undefined;
      }
      case 'close':
        pumping.abort();
        await pumped;
        if (waiting.length > 0) flushAppends();
        clearInterval(ticking);
        return service.close(request.reason);
    }
  };

  const ticking = setInterval(() => attempt(() => service.checkpointIfDue()), TICK_MS);
  send({ kind: 'opened' });
  port!.on('message', ({ id, request }: ToWorker) => {
    if (request.do === 'append') {
      if (waiting.push({ id, drafts: request.drafts }) === 1) setImmediate(flushAppends);
      return;
    }
    answer(request).then(
      (value) => {
        reply(id, success(value));
        if (request.do === 'close') port!.close();
      },
      (problem: unknown) => reply(id, failure(errorOf(problem))),
    );
  });
}

/** Until it is told to stop: take what there is, wait for more. */
async function pump(service: AuditService, source: KernelSource, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    const outcome = attempt(() => service.pumpOnce());
    if (outcome === 'final') return;
    if (outcome === 'failed') await delay(RETRY_MS);
    else if (outcome === true) await nextTurn();
    else {
      await source.wait(TICK_MS);
      await delay(GATHER_MS);
    }
  }
}

/** What the action gives, or that it failed: main is told, and what was to be written is tried again. */
function attempt<Value>(action: () => Value): Value | 'failed' | 'final' {
  try {
    return action();
  } catch (problem) {
    const error = errorOf(problem);
    const final = error.code === 'sync-failed';
    send({ kind: 'trouble', error, final });
    return final ? 'final' : 'failed';
  }
}

async function openSource(url: string, data: unknown): Promise<KernelSource> {
  try {
    const module = (await import(url)) as KernelSourceModule;
    return await module.open(data);
  } catch (problem) {
    const message = `The kernel's events cannot be read: ${problem instanceof Error ? problem.message : String(problem)}`;
    throw new AuditFailure({ code: 'source-unusable', message });
  }
}

function reply(id: number, result: Result<unknown, AuditError>): void {
  send(result.ok ? { kind: 'reply', id, value: result.value } : { kind: 'error', id, error: result.error });
}

function errorOf(problem: unknown): AuditError {
  return problem instanceof AuditFailure ? problem.error : systemError(problem, 'The audit worker failed');
}
