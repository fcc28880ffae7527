/**
 * The worker: judges one manifest and ends. Whatever the manifest does to it, it has no files, no network, no other
 * processes to reach, and no next manifest.
 */
import { confine, load } from '../../native/launch/index.ts';
import { readFrame, writeFrame } from './frames.ts';
import { judgeManifest } from './judge-manifest.ts';
import { WORKER_MEMORY_BYTES } from './memory.ts';
import { decodeRequest, encodeAnswer, encodeReady } from './message.ts';

const STANDARD_INPUT = 0;
const STANDARD_OUTPUT = 1;

load();
// Throws when any part of it fails: then nothing has been read yet, and nothing will be.
confine(WORKER_MEMORY_BYTES);
writeFrame(STANDARD_OUTPUT, encodeReady());
const request = readFrame(STANDARD_INPUT);
if (request !== null) writeFrame(STANDARD_OUTPUT, encodeAnswer(judgeManifest(decodeRequest(request))));
// Stays until the helper ends it: Node cannot shut down without the calls that are gone.
readFrame(STANDARD_INPUT);
