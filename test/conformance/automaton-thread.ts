/** Compares automaton and evaluator on a thread, and posts what came of it. */
import { parentPort, workerData } from 'node:worker_threads';
import { compareAutomaton } from './automaton.ts';

const { seed, least, path } = workerData as { seed: number; least: number; path: string | undefined };
parentPort?.postMessage(compareAutomaton(seed, least, path));
