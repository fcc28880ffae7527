import type { Attack, Case } from './attack.ts';
import { areaOf, grantedOf } from './places.ts';
import type { CaseResult } from './plan.ts';

/** What an audit record has to tell here; the rest of it is not looked at. */
export type AuditRecord = {
  kind: string;
  verdict: string | null;
  path: string | null;
  mono_ns: string;
  first_mono_ns?: string | null | undefined;
  operation?: string | null | undefined;
  call?: string | null | undefined;
  reason?: string | null | undefined;
  rule?: { id: number } | null | undefined;
  location?: string | null | undefined;
  address?: string | null | undefined;
  port?: number | null | undefined;
  seq: number;
};

export type Runs = {
  control: ReadonlyMap<string, CaseResult>;
  guarded: ReadonlyMap<string, CaseResult>;
  granted: ReadonlyMap<string, CaseResult>;
  guardedRecords: readonly AuditRecord[];
  grantedRecords: readonly AuditRecord[];
};

export type Judgement = {
  name: string;
  hook: string;
  groups: readonly number[];
  incidents: readonly number[];
  held: boolean;
  controlSucceeded: boolean;
  /** The attack worked although the manifest does not grant it. */
  bypassed: boolean;
  /** Each thing that keeps it from counting as held, in words. */
  missing: string[];
  /** The numbers of the records that prove it. */
  records: number[];
};

const SUCCEEDED = 0;
const REFUSED = 10;

/**
 * An attack is held only if its control succeeds, the guarded run is refused at the intended call with a record that
 * names operation and rule or reason, and the same program succeeds under a manifest that grants it. A protected
 * location stays closed even then.
 */
export function judge(attack: Attack, cases: readonly Case[], runs: Runs): Judgement {
  const own = cases.filter((one) => one.attack === attack);
  const missing: string[] = [];
  const records: number[] = [];
  const controls = own.map((one) => runs.control.get(one.id));
  const controlSucceeded = controls.length > 0 && controls.every((result) => result?.exit === SUCCEEDED);
  if (!controlSucceeded) missing.push(`control: ${controls.map(ending).join(', ')}`);

  const guarded = own.filter((one) => attack.areas.includes(one.area));
  for (const one of guarded) {
    const problem = refusal(one, runs.guarded.get(one.id), runs.guardedRecords, records);
    if (problem !== null) missing.push(`guarded ${one.area}: ${problem}`);
  }
  if (attack.grant !== 'none') {
    const vault = runs.granted.get(`${attack.name}@vault`);
    if (vault?.exit !== SUCCEEDED) missing.push(`granted: ${ending(vault)}${recorded(vault, runs.grantedRecords)}`);
  }
  const claimed = guarded.filter((one) => one.area === 'protected');
  for (const one of claimed) {
    const problem = refusal(one, runs.granted.get(one.id), runs.grantedRecords, records);
    if (problem !== null) missing.push(`protected although granted: ${problem}`);
  }
  const bypassed =
    guarded.some((one) => runs.guarded.get(one.id)?.exit === SUCCEEDED) ||
    claimed.some((one) => runs.granted.get(one.id)?.exit === SUCCEEDED);
  const held = missing.length === 0;
  const { name, hook, groups, incidents } = attack;
  return { name, hook, groups, incidents, held, controlSucceeded, bypassed, missing, records };
}

/** Why this is no proven refusal; null if it is one. Notes the record's number. */
function refusal(
  one: Case,
  result: CaseResult | undefined,
  records: readonly AuditRecord[],
  numbers: number[],
): string | null {
  if (result?.exit !== REFUSED) return ending(result);
  const record = records.find((candidate) => proves(candidate, one, result));
  if (record === undefined) return `refused (${result.report?.step}), but no record names the operation and the rule`;
  numbers.push(record.seq);
  return null;
}

/** Whether a record speaks of this very attempt: its time, call, operation, object, and what decided. */
export function proves(record: AuditRecord, one: Case, result: CaseResult): boolean {
  const { attack } = one;
  if (record.kind !== 'decision' || (record.verdict !== 'block' && record.verdict !== 'kill')) return false;
  const time = BigInt(record.first_mono_ns ?? record.mono_ns);
  if (time < BigInt(result.start) || time > BigInt(result.end)) return false;
  if (!attack.calls.some((call) => call === record.call)) return false;
  if (!attack.operations.some((operation) => operation === record.operation)) return false;
  if (!isRightReason(record, one)) return false;
  // what a whole session has used up is not about this one object
  if (attack.grant === 'limit') return true;
  if (attack.grant === 'network' || attack.grant === 'listen') return record.port === one.port;
  const path = record.path ?? record.address ?? '';
  if (attack.object !== undefined) return path.includes(attack.object);
  return [areaOf(one), grantedOf(one)].some((place) => path === place || path.startsWith(`${place}/`));
}

function isRightReason({ reason, rule }: AuditRecord, { attack, area }: Case): boolean {
  if (attack.reason !== undefined) return reason === attack.reason;
  if (area === 'protected') return reason === 'location';
  return reason === 'rule' ? (rule?.id ?? 0) > 0 : Boolean(reason);
}

/** What was decided meanwhile, for whoever has to find out why a call was refused that should not have been. */
function recorded(result: CaseResult | undefined, records: readonly AuditRecord[]): string {
  if (result === undefined) return '';
  const during = ({ first_mono_ns, mono_ns }: AuditRecord): boolean => {
    const time = BigInt(first_mono_ns ?? mono_ns);
    return BigInt(result.start) <= time && time <= BigInt(result.end);
  };
  return records
    .filter((record) => record.kind === 'decision' && during(record))
    .map(({ verdict, operation, reason, path }) => `; ${verdict} ${operation} ${path ?? ''}: ${reason}`)
    .join('');
}

function ending(result: CaseResult | undefined): string {
  if (result === undefined) return 'no result';
  if (result.exit === SUCCEEDED) return 'succeeded';
  const where = result.report === null ? 'silent' : `${result.report.step}, errno ${result.report.errno}`;
  if (result.exit === REFUSED) return `refused (${where})`;
  return result.signal > 0 ? `killed by signal ${result.signal} (${where})` : `status ${result.exit} (${where})`;
}
