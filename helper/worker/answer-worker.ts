/** Reads captured answers in a worker that stays: hostile input, as whoever serves a granted name writes it. */
import type { CapturedAnswer } from '../../core/names/answer-reader.ts';
import type { DnsAnswer } from '../../core/names/dns-answer.ts';
import { failure, type Result } from '../../core/result.ts';
import { MANIFEST_WORKER } from '../entry-points.ts';
import { decodeAnswers, encodeCapture } from './answer-message.ts';
import { READ_ANSWERS } from './message.ts';
import { startWorker, type WorkerLaunch, type WorkerProcess } from './worker-process.ts';
import { workerUser } from './worker-user.ts';

const READY_WITHIN = 30_000;
/** Reading takes a thousandth of this. */
const ANSWER_WITHIN = 2000;

export class AnswerWorker {
  readonly #launch: WorkerLaunch;
  #worker: Promise<WorkerProcess | null> | null = null;

  constructor(launch: Partial<WorkerLaunch> = {}) {
    this.#launch = { program: MANIFEST_WORKER, user: workerUser(), readyWithin: READY_WITHIN, ...launch };
  }

  /** Starts it, unless it runs. False: it does not come up. */
  async ready(): Promise<boolean> {
    this.#worker ??= this.#start();
    const worker = await this.#worker;
    if (worker === null) this.#worker = null;
    return worker !== null;
  }

  /** One at a time. After a failure streams that had begun are not understood any more. */
  async read(capture: CapturedAnswer): Promise<Result<DnsAnswer[], string>> {
    await this.ready();
    const worker = await this.#worker;
    if (!worker) return failure('the worker that reads name servers’ answers does not start');
    const said = await worker.converse(encodeCapture(capture), ANSWER_WITHIN);
    const answers = said.ok ? decodeAnswers(said.value) : said;
    if (!answers.ok) this.close();
    return answers;
  }

  close(): void {
    void this.#worker?.then((worker) => worker?.end());
    this.#worker = null;
  }

  async #start(): Promise<WorkerProcess | null> {
    const worker = startWorker(this.#launch);
    const ready = await worker.ready;
    const begun = ready.ok ? await worker.converse(JSON.stringify(READ_ANSWERS), ANSWER_WITHIN) : ready;
    if (begun.ok) return worker;
    worker.end();
    return null;
  }
}
