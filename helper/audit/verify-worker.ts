import { parentPort, workerData } from 'node:worker_threads';
import type { VerifyOptions } from '../../core/evidence/verify.ts';
import { type LogExtent, verifyLog } from './verify-log.ts';

/** Verifies a log once, beside its writer. */

export type VerifyWorkerData = {
  readonly directory: string;
  readonly options: VerifyOptions;
  readonly extent: LogExtent;
};

const { directory, options, extent } = workerData as VerifyWorkerData;
parentPort?.postMessage(verifyLog(directory, options, extent));
