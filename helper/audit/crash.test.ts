import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import type { EvidenceRecord } from '../../core/evidence/record.ts';
import { AuditService } from './audit-service.ts';
import { readChunks, segmentNames } from './log-files.ts';
import type { AuditOptions } from './options.ts';
import { temporaryLog } from './testing/temporary-log.ts';
import { verifyLog } from './verify-log.ts';

const WRITER = fileURLToPath(new URL('./testing/crash-writer.ts', import.meta.url));
const ROUNDS = 20;
const { options, root, remove } = temporaryLog({ segmentBytes: 200_000, checkpointRecords: 50 });
const acknowledgedFile = join(root, 'acknowledged');
writeFileSync(acknowledgedFile, '');
afterAll(remove);

async function writeAndKill(afterMs: number): Promise<void> {
  const child = spawn(process.execPath, [WRITER, JSON.stringify([options, acknowledgedFile])], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let complaint = '';
  child.stderr.on('data', (data) => {
    complaint += String(data);
  });
  const exit = once(child, 'exit');
  const started = await Promise.race([once(child.stdout, 'data').then(() => true), exit.then(() => false)]);
  if (!started) throw new Error(`the writer did not start: ${complaint}`);
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  child.kill('SIGKILL');
  await exit;
}

function allRecords(from: AuditOptions): Map<number, EvidenceRecord> {
  const records = new Map<number, EvidenceRecord>();
  for (const name of segmentNames(from.directory)) {
    const text = Buffer.concat([...readChunks(join(from.directory, name))]).toString();
    for (const line of text.split('\n').slice(0, -1)) {
      const record = JSON.parse(line) as EvidenceRecord;
      records.set(record.seq, record);
    }
  }
  return records;
}

test('SIGKILL while writing loses nothing that was acknowledged', { timeout: 60_000 }, async () => {
  let acknowledged = 0;
  for (let round = 0; round < ROUNDS; round++) {
    await writeAndKill((round * 7919) % 120);
    const service = AuditService.open(options, () => undefined);
    if (!service.ok) throw new Error(service.error.message);
    service.value.close('reopened');
    // Reopening judges the end of the log; the whole is walked now and then, and at last.
    if (round % 5 === 4) expect(verifyLog(options.directory)).toMatchObject({ ok: true, damage: null });
    const lines = readFileSync(acknowledgedFile, 'utf8').split('\n').slice(0, -1);
    const records = allRecords(options);
    for (const line of lines.slice(acknowledged)) {
      const [seq, hash] = line.split(' ');
      expect(records.get(Number(seq))?.evidence_hash).toBe(hash);
    }
    acknowledged = lines.length;
  }
  expect(acknowledged).toBeGreaterThan(100);
  expect(segmentNames(options.directory).length).toBeGreaterThan(1);
});
