/** Compares automaton and evaluator on a thread, delegated rights after all else, and posts what came of it. */
import { parentPort, workerData } from 'node:worker_threads';
import { compareAutomaton } from './automaton.ts';
import { compareDelegated } from './delegated.ts';

const { seed, least, path } = workerData as { seed: number; least: number; path: string | undefined };
/** There are few rights, with few rules. */
const SHARE_OF_DELEGATED = 0.1;

const automaton = compareAutomaton(seed, least, path);
const delegated = path === undefined ? compareDelegated(seed, least * SHARE_OF_DELEGATED) : null;
parentPort?.postMessage({ automaton, delegated });
