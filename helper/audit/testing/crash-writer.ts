import { appendFileSync } from 'node:fs';
import { openAuditLog } from '../audit-log.ts';
import type { AuditOptions } from '../options.ts';

/**
 * Writes to a log until it is killed, and notes each acknowledged record in a file: `seq hash`, in one write, so that
 * the list is never ahead of the acknowledgement.
 */
const [options, acknowledged] = JSON.parse(process.argv[2]!) as [AuditOptions, string];
const opened = await openAuditLog(options);
if (!opened.ok) {
  process.stderr.write(`${opened.error.message}\n`);
  process.exit(3);
}
process.stdout.write('open\n');
for (let round = 0; ; round++) {
  const drafts = Array.from({ length: 1 + (round % 40) }, (_, index) => ({
    kind: 'decision',
    path: `/home/dev/${'x'.repeat((round * 37 + index * 11) % 900)}`,
    verdict: 'block' as const,
    session: '1',
  }));
  const receipts = await opened.value.append(drafts);
  appendFileSync(acknowledged, receipts.map(({ seq, evidenceHash }) => `${seq} ${evidenceHash}\n`).join(''));
}
