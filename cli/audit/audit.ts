import type { HelperClient } from '../../client/index.ts';
import type { EvidenceRecord } from '../../core/evidence/record.ts';
import { MAX_PAGE_ENTRIES } from '../../core/protocol/limits.ts';
import { EXIT } from '../exit-code.ts';
import { ask, complainOfCall, type HelperOptions, openHelper } from '../helper-connection.ts';
import { complainOf, type Terminal } from '../terminal/terminal.ts';
import { allRecords, type RecordFilter } from './all-records.ts';
import { printHeading, printRecord } from './print-record.ts';

export type AuditOptions = HelperOptions & {
  readonly follow?: boolean;
  readonly json?: boolean;
  readonly session?: string;
  readonly verdict?: readonly ('allow' | 'block' | 'kill' | 'require_approval')[];
  /** How many of the last records; all when `all` is set. */
  readonly lines: number;
  readonly all?: boolean;
};

/** Shows records of the evidence log, and those to come. */
export async function audit(options: AuditOptions, terminal: Terminal): Promise<number> {
  const client = await openHelper(options, terminal);
  if (client === null) return EXIT.cannot;
  const show = options.json
    ? (record: EvidenceRecord) => terminal.print(JSON.stringify(record))
    : (record: EvidenceRecord) => printRecord(record, terminal);
  const filter = filterOf(options);
  const lastSeq = options.follow ? await subscribe(client, filter, terminal) : null;
  if (lastSeq === 'failed') return EXIT.cannot;
  if (!options.json) printHeading(terminal);
  const shown = options.all
    ? await showAll(client, filter, show, terminal)
    : await showLast(client, options.lines, filter, show, terminal);
  if (!shown) return EXIT.cannot;
  if (lastSeq !== null) return follow(client, lastSeq, show, terminal);
  client.close();
  return EXIT.ok;
}

function filterOf({ session, verdict }: AuditOptions): RecordFilter {
  return {
    ...(session === undefined ? {} : { session }),
    ...(verdict === undefined ? {} : { verdicts: [...verdict] }),
  };
}

async function subscribe(client: HelperClient, filter: RecordFilter, terminal: Terminal): Promise<number | 'failed'> {
  return (await ask(client, 'audit.subscribe', filter, terminal))?.lastSeq ?? 'failed';
}

async function showLast(
  client: HelperClient,
  lines: number,
  filter: RecordFilter,
  show: (record: EvidenceRecord) => void,
  terminal: Terminal,
): Promise<boolean> {
  if (lines === 0) return true;
  const page = await ask(client, 'audit.query', { ...filter, limit: Math.min(lines, MAX_PAGE_ENTRIES) }, terminal);
  for (const { record } of page?.entries ?? []) show(record);
  return page !== null;
}

async function showAll(
  client: HelperClient,
  filter: RecordFilter,
  show: (record: EvidenceRecord) => void,
  terminal: Terminal,
): Promise<boolean> {
  for await (const page of allRecords(client, filter)) {
    if (!page.ok) {
      complainOfCall(terminal, page.error);
      return false;
    }
    for (const record of page.value) show(record);
  }
  return true;
}

/** Shows what comes until the helper goes. What came before `lastSeq` has been shown. */
async function follow(
  client: HelperClient,
  lastSeq: number,
  show: (record: EvidenceRecord) => void,
  terminal: Terminal,
): Promise<number> {
  client.onEvent((happened) => {
    if (happened.event === 'decision' && happened.data.record.seq > lastSeq) show(happened.data.record);
  });
  const end = await client.ended;
  if (end !== null) complainOf(terminal, end.message, end.remedy);
  return EXIT.cannot;
}
