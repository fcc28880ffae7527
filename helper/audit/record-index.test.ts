import { appendFileSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AuditService } from './audit-service.ts';
import type { AuditOptions } from './options.ts';
import { decision, ScriptedRing } from './testing/scripted-kernel.ts';
import { temporaryLog } from './testing/temporary-log.ts';

let options: AuditOptions;
let remove: () => void;
beforeEach(() => {
  ({ options, remove } = temporaryLog({ segmentBytes: 30_000 }));
});
afterEach(() => remove());

function open(): AuditService {
  const opened = AuditService.open(options, () => undefined);
  if (!opened.ok) throw new Error(opened.error.message);
  return opened.value;
}

/** A log with decisions of all kinds, repeats included. */
function fill(): void {
  const service = open();
  const ring = new ScriptedRing();
  for (let index = 1; index <= 200; index++) {
    const verdict = (['allow', 'block', 'kill'] as const)[index % 3]!;
    ring.push(
      decision(index, {
        verdict,
        session: String(index % 2),
        pid: index % 7,
        file: `/home/dev/${index % 40}`,
        rule: index % 5,
      }),
    );
  }
  service.append([[{ kind: 'session.started', session: '1', skill_id: 'mail' }]]);
  service.attach(ring.open());
  while (service.pumpOnce());
  service.close('done');
}

function rows(): unknown[] {
  const database = new Database(options.indexFile, { readonly: true });
  try {
    return database.prepare('SELECT * FROM records ORDER BY seq').all();
  } finally {
    database.close();
  }
}

function whyRebuilt(service: AuditService): unknown {
  const { entries } = service.query({ limit: 1, order: 'descending' });
  return entries[0]!.record.index_rebuilt;
}

test('built anew from the log it is the same, row by row', () => {
  fill();
  const before = rows();
  expect(before.length).toBeGreaterThan(100);
  expect(before.some((row) => (row as { repeats: number }).repeats > 0)).toBe(true);
  rmSync(options.indexFile);
  open().close('done');
  expect(rows().slice(0, before.length)).toEqual(before);
});

test('followed step by step it is the same as built at once', () => {
  fill();
  fill();
  const stepwise = rows();
  rmSync(options.indexFile);
  open().close('done');
  expect(rows().slice(0, stepwise.length)).toEqual(stepwise);
});

test.each<[string, RegExp, () => void]>([
  [
    'garbage',
    /not a database/,
    () => writeFileSync(options.indexFile, 'this is no database, but it is long enough to be looked at'.repeat(100)),
  ],
  ['cut short', /./, () => truncateSync(options.indexFile, 5000)],
  ['gone', /missing/, () => rmSync(options.indexFile)],
  ['of another layout', /another layout/, () => change('PRAGMA user_version = 99')],
  ['of another log', /of another log/, () => change("UPDATE state SET origin = 'ringfence/other'")],
  ['ahead of the log', /ahead of the log/, () => change('UPDATE state SET seq = 100000')],
  ['pointing elsewhere', /does not fit/, () => change("UPDATE state SET evidence_hash = 'no'")],
  ['without its last record', /lacks its last record/, () => change('DELETE FROM records')],
  ['damaged and not closed', /damaged|malformed/, () => change('UPDATE state SET closed = 0', damagePage)],
])('%s: it is built anew, and that is told', (_, reason, spoil) => {
  fill();
  const before = rows();
  spoil();
  const service = open();
  expect(whyRebuilt(service)).toMatch(reason);
  service.close('done');
  expect(rows().slice(0, before.length)).toEqual(before);
});

test('a new log says nothing of it', () => {
  const service = open();
  expect(whyRebuilt(service)).toBeUndefined();
  service.close('done');
});

test('behind the log it only catches up', () => {
  fill();
  change('DELETE FROM records WHERE seq > 50');
  change('UPDATE state SET seq = 50, evidence_hash = (SELECT evidence_hash FROM records WHERE seq = 50)');
  const service = open();
  expect(whyRebuilt(service)).toBeUndefined();
  expect(service.get(60).record.seq).toBe(60);
  service.close('done');
});

test('damaged while it is open it is built anew by the next query', () => {
  fill();
  const service = open();
  const other = new Database(options.indexFile);
  other.exec('UPDATE records SET offset = offset + 1');
  other.close();
  expect(service.get(20).record.seq).toBe(20);
  service.close('done');
});

test('filters and pages', () => {
  fill();
  const service = open();
  const all = service.query({ limit: 1000 }).entries.map(({ record }) => record);
  const seqs = (query: object) => service.query({ limit: 1000, ...query }).entries.map(({ record }) => record.seq);
  const having = (test: (record: (typeof all)[0]) => boolean) => all.filter(test).map(({ seq }) => seq);
  expect(all.map(({ seq }) => seq)).toEqual(all.map((_, index) => index + 1));
  expect(seqs({ session: '1' })).toEqual(having(({ session }) => session === '1'));
  expect(seqs({ verdicts: ['kill', 'block'] })).toEqual(
    having(({ verdict }) => verdict === 'kill' || verdict === 'block'),
  );
  expect(seqs({ pid: 3 })).toEqual(having(({ pid }) => pid === 3));
  expect(seqs({ kinds: ['repeats'] })).toEqual(having(({ kind }) => kind === 'repeats'));
  expect(seqs({ actions: ['read'], session: '0' })).toEqual(
    having(({ action, session }) => action === 'read' && session === '0'),
  );
  expect(seqs({ pathPrefix: '/home/dev/1' })).toEqual(having(({ path }) => path?.startsWith('/home/dev/1') ?? false));
  expect(seqs({ pathPrefix: '/home/dev/%' })).toEqual([]);
  expect(seqs({ skillId: 'mail' })).toEqual(having(({ skill_id }) => skill_id === 'mail'));
  const middle = all[50]!.timestamp;
  expect(seqs({ since: middle })).toEqual(having(({ timestamp }) => timestamp >= middle));
  expect(seqs({ until: middle })).toEqual(having(({ timestamp }) => timestamp < middle));
  const pages: number[] = [];
  for (let afterSeq = 0; ; ) {
    const page = service.query({ limit: 7, afterSeq });
    pages.push(...page.entries.map(({ record }) => record.seq));
    if (!page.more) break;
    afterSeq = pages.at(-1)!;
  }
  expect(pages).toEqual(all.map(({ seq }) => seq));
  expect(
    service.query({ limit: 3, order: 'descending', beforeSeq: 10 }).entries.map(({ record }) => record.seq),
  ).toEqual([9, 8, 7]);
  service.close('done');
});

function change(sql: string, then: () => void = () => undefined): void {
  const database = new Database(options.indexFile);
  database.exec(sql);
  database.pragma('wal_checkpoint(TRUNCATE)');
  database.close();
  then();
}

/** Overwrites a page in the middle of the file. */
function damagePage(): void {
  const bytes = readFileSync(options.indexFile);
  bytes.fill(0xa5, 4096 * 4, 4096 * 6);
  rmSync(options.indexFile);
  appendFileSync(options.indexFile, bytes);
}
