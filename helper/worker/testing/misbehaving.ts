/** A worker that says it is confined and then does what the manifest's name in the request says. */
import { writeSync } from 'node:fs';
import { confine } from '../../../native/launch/index.ts';
import { readFrame, writeFrame } from '../frames.ts';
import { judgeManifest } from '../judge-manifest.ts';
import { decodeRequest, encodeAnswer, encodeReady } from '../message.ts';

const MISDEEDS: Record<string, (honest: () => string) => void> = {
  hang: () => {
    for (;;);
  },
  die: () => process.exit(3),
  'die-loudly': () => {
    throw new Error('the worker is beside itself');
  },
  garbage: () => writeFrame(1, '{"ok":true,"value":{"tables":{}}}'),
  'not-json': () => writeFrame(1, '\u0000'),
  endless: () => {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(0xffff_ffff);
    writeSync(1, length);
    for (;;) writeSync(1, Buffer.alloc(1 << 20));
  },
  hog: () => {
    confine(64 * 1024 * 1024);
    const hoard: Uint8Array[] = [];
    for (;;) hoard.push(new Uint8Array(1 << 20).fill(1));
  },
  honest: (honest) => writeFrame(1, honest()),
  lie: (honest) => {
    const answer = JSON.parse(honest());
    answer.value.tables.nodes.wild = Buffer.from(new Uint32Array([1_000_000]).buffer).toString('base64');
    writeFrame(1, JSON.stringify(answer));
  },
};

writeFrame(1, encodeReady());
const request = decodeRequest(readFrame(0) ?? '');
MISDEEDS[request.manifestName]?.(() => encodeAnswer(judgeManifest({ ...request, manifestName: 'clawmanifest.json' })));
