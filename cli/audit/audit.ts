import type { HelperClient } from '../../client/index.ts';
import type { EvidenceRecord } from '../../core/evidence/record.ts';
import { MAX_PAGE_ENTRIES } from '../../core/protocol/limits.ts';
import { EXIT } from '../exit-code.ts';
import { ask, type HelperOptions, openHelper } from '../helper-connection.ts';
import { complainOf, type Terminal } from '../terminal/terminal.ts';
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

type Filter = { session?: string; verdicts?: NonNullable<AuditOptions['verdict']>[number][] };

/** Pages are small enough that a page of the longest records fits into one answer. */
const PAGE = 200;

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

function filterOf({ session, verdict }: AuditOptions): Filter {
  return {
    ...(session === undefined ? {} : { session }),
    ...(verdict === undefined ? {} : { verdicts: [...verdict] }),
  };
}

async function subscribe(client: HelperClient, filter: Filter, terminal: Terminal): Promise<number | 'failed'> {
  return (await ask(client, 'audit.subscribe', filter, terminal))?.lastSeq ?? 'failed';
}

async function showLast(
  client: HelperClient,
  lines: number,
  filter: Filter,
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
  filter: Filter,
  show: (record: EvidenceRecord) => void,
  terminal: Terminal,
): Promise<boolean> {
  for (let afterSeq: number | null = 0; afterSeq !== null; ) {
    const page: { entries: { record: EvidenceRecord }[]; next: number | null } | null = await ask(
      client,
      'audit.query',
      { ...filter, afterSeq, limit: PAGE },
      terminal,
    );
    if (page === null) return false;
    for (const { record } of page.entries) show(record);
    afterSeq = page.next;
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
