/**
 * The worker: judges one manifest, or draft of one, and ends. Whatever the manifest does to it, it has no files, no network, no other
 * processes to reach, and no next manifest. One that reads name servers' answers goes on with them until the helper ends it.
 */
import { AnswerReader } from '../../core/names/answer-reader.ts';
import { confine, load } from '../../native/launch/index.ts';
import { decodeCapture, encodeAnswers } from './answer-message.ts';
import { readFrame, writeFrame } from './frames.ts';
import { judgeDraft } from './judge-draft.ts';
import { judgeManifest } from './judge-manifest.ts';
import { judgePublisher } from './judge-publisher.ts';
import { WORKER_MEMORY_BYTES } from './memory.ts';
import { decodeTask, encodeAnswer, encodeDraftAnswer, encodePublisherAnswer, encodeReady } from './message.ts';

const STANDARD_INPUT = 0;
const STANDARD_OUTPUT = 1;

function answerTo(line: string): string {
  const task = decodeTask(line);
  switch (task.kind) {
    case 'bind':
      return encodeAnswer(judgeManifest(task.request));
    case 'draft':
      return encodeDraftAnswer(judgeDraft(task.request));
    case 'publisher':
      return encodePublisherAnswer(judgePublisher(task.request));
    case 'answers':
      return readAnswers();
  }
}

/** One frame for each capture. Returns the last one. */
function readAnswers(): string {
  const reader = new AnswerReader();
  writeFrame(STANDARD_OUTPUT, encodeAnswers([]));
  for (;;) {
    const line = readFrame(STANDARD_INPUT);
    if (line === null) return encodeAnswers([]);
    writeFrame(STANDARD_OUTPUT, encodeAnswers(reader.read(decodeCapture(line))));
  }
}

load();
// Throws when any part of it fails: then nothing has been read yet, and nothing will be.
confine(WORKER_MEMORY_BYTES);
writeFrame(STANDARD_OUTPUT, encodeReady());
const request = readFrame(STANDARD_INPUT);
if (request !== null) writeFrame(STANDARD_OUTPUT, answerTo(request));
// Stays until the helper ends it: Node cannot shut down without the calls that are gone.
readFrame(STANDARD_INPUT);
