import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { splitLines } from '../../core/evidence/lines.ts';
import type { EvidenceRecord } from '../../core/evidence/record.ts';
import { AuditFailure } from './audit-error.ts';
import type { WrittenRecord } from './evidence-log.ts';
import { REPEATS } from './intake.ts';
import { readChunks, segmentNames } from './log-files.ts';
import type { AuditEntry, AuditPage, AuditQuery } from './query.ts';

/** Layout of the tables; another number means: build anew. */
const SCHEMA_VERSION = 1;
const BUILD_BATCH = 2000;

const SCHEMA = `
  CREATE TABLE state (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    origin TEXT NOT NULL, seq INTEGER NOT NULL, evidence_hash TEXT NOT NULL, closed INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE records (
    seq INTEGER PRIMARY KEY, timestamp TEXT NOT NULL, kind TEXT NOT NULL, session TEXT, owner_uid INTEGER, skill_id TEXT,
    pid INTEGER, action TEXT, path TEXT, verdict TEXT, call TEXT, reason TEXT, rule INTEGER, location TEXT, count INTEGER,
    repeats INTEGER NOT NULL, evidence_hash TEXT NOT NULL, segment TEXT NOT NULL, offset INTEGER NOT NULL,
    length INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX by_session ON records (session, seq);
  CREATE INDEX by_verdict ON records (verdict, seq);
  CREATE INDEX by_skill ON records (skill_id, seq);
  CREATE INDEX by_kind ON records (kind, seq);
`;

const INSERT = `
  INSERT INTO records VALUES (
    @seq, @timestamp, @kind, @session, @owner_uid, @skill_id, @pid, @action, @path, @verdict, @call, @reason, @rule,
    @location, @count, 0, @evidence_hash, @segment, @offset, @length
  )`;

type Row = { seq: number; repeats: number; evidence_hash: string; segment: string; offset: number; length: number };
type State = { origin: string; seq: number; evidence_hash: string; closed: number };

/** Where the log is, for an index to follow. */
export type LogHead = { readonly directory: string; readonly origin: string; readonly size: number };

/**
 * SQLite tables over the log, for people to query. It holds nothing the log does not: it is brought up to date when
 * it is opened and built anew when it is missing, of another log, ahead of the log, or damaged.
 */
export class RecordIndex {
  private database: Database.Database;
  private readonly path: string;
  private readonly head: () => LogHead;
  private usable = true;
  /** Why it was built anew when it was opened; null if it was not, or if the log is new as well. */
  readonly rebuilt: string | null;

  constructor(path: string, head: () => LogHead) {
    this.path = path;
    this.head = head;
    const opened = openDatabase(path, head());
    this.rebuilt = typeof opened === 'string' && head().size > 1 ? opened : null;
    this.database = typeof opened === 'string' ? this.create() : opened;
    this.catchUp();
    this.database.prepare('UPDATE state SET closed = 0').run();
  }

  /** Never throws: a damaged index is built anew by the next query, the log has everything. */
  insert(written: readonly WrittenRecord[]): void {
    if (!this.usable) return;
    try {
      this.insertAll(written);
    } catch {
      this.usable = false;
    }
  }

  /** Throws AuditFailure if the index cannot even be built anew. */
  query(query: AuditQuery): AuditPage {
    return this.repairing(() => {
      const { where, values } = conditions(query);
      const direction = query.order === 'descending' ? 'DESC' : 'ASC';
      const sql = `SELECT seq, repeats, evidence_hash, segment, offset, length FROM records ${where} ORDER BY seq ${direction} LIMIT ?`;
      const rows = this.database.prepare<unknown[], Row>(sql).all(...values, query.limit + 1);
      const entries = rows.slice(0, query.limit).map((row) => this.entry(row));
      return { entries, more: rows.length > query.limit };
    });
  }

  get(seq: number): AuditEntry | null {
    return this.query({ afterSeq: seq - 1, beforeSeq: seq + 1, limit: 1 }).entries[0] ?? null;
  }

  close(): void {
    if (this.usable) this.database.prepare('UPDATE state SET closed = 1').run();
    this.database.close();
  }

  private entry(row: Row): AuditEntry {
    const line = readRange(join(this.head().directory, row.segment), row.offset, row.length);
    const record = JSON.parse(line.toString()) as EvidenceRecord;
    if (record.seq !== row.seq || record.evidence_hash !== row.evidence_hash)
      throw new Error('the index points elsewhere');
    return { record, repeats: row.repeats };
  }

  /** Tries once more on a fresh index: nothing is lost with the old one. */
  private repairing<Value>(action: () => Value): Value {
    if (this.usable) {
      try {
        return action();
      } catch {
        this.usable = false;
      }
    }
    try {
      this.database.close();
      this.database = this.create();
      this.catchUp();
      this.usable = true;
      return action();
    } catch (problem) {
      const message = `The index ${this.path} cannot be built: ${problem instanceof Error ? problem.message : String(problem)}`;
      const remedy =
        'The log itself may still be whole: run "ringfence audit verify", and check the space on the disk.';
      throw new AuditFailure({ code: 'index-unusable', message, remedy });
    }
  }

  private create(): Database.Database {
    for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(this.path + suffix, { force: true });
    const database = new Database(this.path);
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = NORMAL');
    database.exec(SCHEMA);
    database.pragma(`user_version = ${SCHEMA_VERSION}`);
    database.prepare('INSERT INTO state VALUES (1, ?, 0, ?, 0)').run(this.head().origin, '');
    return database;
  }

  private catchUp(): void {
    const { directory, size } = this.head();
    const last = this.state().seq;
    let batch: WrittenRecord[] = [];
    const row = this.database.prepare<[number], Row>('SELECT * FROM records WHERE seq = ?').get(last);
    for (const written of recordsAfter(directory, row ?? null, size)) {
      batch.push(written);
      if (batch.length < BUILD_BATCH) continue;
      this.insertAll(batch);
      batch = [];
    }
    this.insertAll(batch);
  }

  private insertAll(written: readonly WrittenRecord[]): void {
    const last = written.at(-1)?.record;
    if (last === undefined) return;
    const insert = this.database.prepare(INSERT);
    const repeat = this.database.prepare('UPDATE records SET repeats = repeats + ? WHERE seq = ?');
    const advance = this.database.prepare('UPDATE state SET seq = ?, evidence_hash = ?');
    this.database.transaction(() => {
      for (const one of written) {
        insert.run(rowOf(one));
        if (one.record.kind === REPEATS) for (const { of, count } of one.record.repeats ?? []) repeat.run(count, of);
      }
      advance.run(last.seq, last.evidence_hash);
    })();
  }

  private state(): State {
    return this.database.prepare<[], State>('SELECT origin, seq, evidence_hash, closed FROM state').get()!;
  }
}

/** The database if it fits the log, else why it does not. */
function openDatabase(path: string, head: LogHead): Database.Database | string {
  if (!existsSync(path)) return 'it is missing';
  let database: Database.Database | null = null;
  try {
    database = new Database(path, { fileMustExist: true });
    const problem = findFault(database, head);
    if (problem === null) return database;
    database.close();
    return problem;
  } catch (problem) {
    database?.close();
    return problem instanceof Error ? problem.message : String(problem);
  }
}

function findFault(database: Database.Database, head: LogHead): string | null {
  if (database.pragma('user_version', { simple: true }) !== SCHEMA_VERSION) return 'it has another layout';
  const state = database.prepare<[], State>('SELECT origin, seq, evidence_hash, closed FROM state').get();
  if (state === undefined || state.origin !== head.origin) return 'it is of another log';
  if (state.seq > head.size) return 'it is ahead of the log';
  const isClean = state.closed === 1 || database.pragma('quick_check(1)', { simple: true }) === 'ok';
  if (!isClean) return 'it is damaged';
  const row = database.prepare<[number], Row>('SELECT * FROM records WHERE seq = ?').get(state.seq);
  if (state.seq > 0 && row === undefined) return 'it lacks its last record';
  if (row === undefined) return null;
  const line = readRange(join(head.directory, row.segment), row.offset, row.length).toString();
  return line.includes(`"evidence_hash":"${state.evidence_hash}"`) ? null : 'it does not fit the log';
}

/** Records of the log after the one of `last`, up to `size`. The log was verified by its writer: here it is only read. */
function* recordsAfter(directory: string, last: Row | null, size: number): Generator<WrittenRecord> {
  for (const segment of segmentNames(directory)) {
    if (last !== null && segment < last.segment) continue;
    const start = segment === last?.segment ? last.offset + last.length + 1 : 0;
    for (const line of splitLines(readChunks(join(directory, segment), start))) {
      if (!line.ended) return;
      const record = JSON.parse(new TextDecoder().decode(line.bytes)) as EvidenceRecord;
      if (record.seq > size) return;
      yield { record, segment, offset: start + line.offset, length: line.bytes.length };
    }
  }
}

function rowOf({ record, segment, offset, length }: WrittenRecord): Record<string, unknown> {
  const { seq, timestamp, kind, pid, skill_id, action, path, verdict, evidence_hash } = record;
  const { session = null, owner_uid = null, call = null, reason = null, location = null, count = null } = record;
  const own = { seq, timestamp, kind, pid, skill_id, action, path, verdict, evidence_hash, segment, offset, length };
  return { ...own, session, owner_uid, call, reason, rule: record.rule?.id ?? null, location, count };
}

function conditions(query: AuditQuery): { where: string; values: unknown[] } {
  const parts: string[] = [];
  const values: unknown[] = [];
  const add = (sql: string, ...bound: unknown[]) => {
    parts.push(sql);
    values.push(...bound);
  };
  const oneOf = (column: string, list: readonly string[] | undefined) => {
    if (list !== undefined) add(`${column} IN (${list.map(() => '?').join()})`, ...list);
  };
  if (query.afterSeq !== undefined) add('seq > ?', query.afterSeq);
  if (query.beforeSeq !== undefined) add('seq < ?', query.beforeSeq);
  if (query.session !== undefined) add('session = ?', query.session);
  if (query.ownerUid !== undefined) add('owner_uid = ?', query.ownerUid);
  if (query.skillId !== undefined) add('skill_id = ?', query.skillId);
  if (query.pid !== undefined) add('pid = ?', query.pid);
  if (query.pathPrefix !== undefined) add('substr(path, 1, length(?)) = ?', query.pathPrefix, query.pathPrefix);
  if (query.since !== undefined) add('timestamp >= ?', query.since);
  if (query.until !== undefined) add('timestamp < ?', query.until);
  oneOf('verdict', query.verdicts);
  oneOf('kind', query.kinds);
  oneOf('action', query.actions);
  return { where: parts.length === 0 ? '' : `WHERE ${parts.join(' AND ')}`, values };
}

function readRange(path: string, offset: number, length: number): Buffer {
  return Buffer.concat([...readChunks(path, offset, offset + length)]);
}
