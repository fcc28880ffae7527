import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { protocolError } from '../../core/protocol/errors.ts';
import type { HelperEvent } from '../../core/protocol/events.ts';
import { failure, success } from '../../core/result.ts';
import type { RecordDraft } from '../audit/options.ts';
import type { Peer } from '../control/peer.ts';
import { ModeFile } from './mode-file.ts';
import { Modes } from './modes.ts';

const PEER = { uid: 1000, pid: 7 } as Peer;
const CLAUDE = { agent: 'claude', insists: false };
const S = 1_000_000_000n;

let folder: string;
let moment: { bootId: string; bootNs: bigint; wallMs: number };
let mayChange: boolean;
let records: RecordDraft[];
let told: HelperEvent[];
let troubles: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'modes-'));
  moment = { bootId: 'this-boot', bootNs: 1000n * S, wallMs: Date.parse('2026-01-01T00:00:00Z') };
  mayChange = true;
  records = [];
  told = [];
  troubles = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

const path = () => join(folder, 'state/modes.json');

function start(): Modes {
  return new Modes({
    file: new ModeFile(path()),
    now: () => moment,
    authorize: async () => (mayChange ? success(undefined) : failure(protocolError('not-authorized', 'no'))),
    record: async (drafts) => void records.push(...drafts),
    tell: (happened) => void told.push(happened),
    onTrouble: (message) => void troubles.push(message),
  });
}

describe('modes', () => {
  test('without a setting everything is enforced', () => {
    expect(start().of(CLAUDE)).toEqual({ mode: 'enforce', untilNs: null, until: null });
  });

  test('one that is set counts for its agent alone, is on record, and is told', async () => {
    const modes = start();
    let spread = 0;
    modes.follow(() => {
      spread += 1;
    });
    expect((await modes.set({ agent: 'claude', mode: 'audit', seconds: 60 }, PEER)).ok).toBe(true);
    expect(modes.of(CLAUDE)).toEqual({ mode: 'audit', untilNs: 1060n * S, until: '2026-01-01T00:01:00.000Z' });
    expect(modes.of({ agent: 'codex', insists: false }).mode).toBe('enforce');
    expect(modes.of({ agent: null, insists: false }).mode).toBe('enforce');
    expect(modes.of({ agent: '__proto__', insists: false }).mode).toBe('enforce');
    expect(records).toMatchObject([{ kind: 'mode.changed', approver_uid: 1000 }]);
    expect([spread, told.map(({ event }) => event)]).toEqual([1, ['modes.changed']]);
  });

  test('who may not sets nothing, and that is on record', async () => {
    mayChange = false;
    const modes = start();
    expect((await modes.set({ agent: null, mode: 'permissive' }, PEER)).ok).toBe(false);
    expect(modes.of(CLAUDE).mode).toBe('enforce');
    expect(records).toMatchObject([{ kind: 'mode.change-refused', cause: 'no' }]);
    expect((await modes.set({ agent: null, mode: 'unset' }, PEER)).ok).toBe(false);
  });

  test('to be enforced takes nobody’s word', async () => {
    const modes = start();
    await modes.set({ agent: null, mode: 'audit' }, PEER);
    mayChange = false;
    expect((await modes.set({ agent: 'claude', mode: 'enforce' }, PEER)).ok).toBe(true);
    expect([modes.of(CLAUDE).mode, modes.of({ agent: 'codex', insists: false }).mode]).toEqual(['enforce', 'audit']);
  });

  test('a manifest that insists is enforced', async () => {
    const modes = start();
    await modes.set({ agent: 'claude', mode: 'audit' }, PEER);
    expect(modes.of({ ...CLAUDE, insists: true }).mode).toBe('enforce');
  });

  test('the first end counts, and afterwards all is enforced, whatever else is set', async () => {
    const modes = start();
    await modes.set({ agent: 'claude', mode: 'audit', seconds: 100 }, PEER);
    await modes.set({ agent: null, mode: 'permissive', seconds: 10 }, PEER);
    expect(modes.of(CLAUDE)).toMatchObject({ mode: 'permissive', untilNs: 1010n * S });
    moment = { ...moment, bootNs: 1010n * S };
    expect(modes.of(CLAUDE).mode).toBe('enforce');
    modes.sweep();
    modes.sweep();
    expect(records.filter(({ kind }) => kind === 'mode.ended')).toHaveLength(1);
    expect(modes.list().machine).toMatchObject({ mode: 'permissive', ended: true });
  });

  test('a later helper goes on with what is set; the wall clock has no say, and another boot ends it', async () => {
    await start().set({ agent: 'claude', mode: 'audit', seconds: 100 }, PEER);
    expect(statSync(path()).mode & 0o777).toBe(0o600);
    moment = { ...moment, wallMs: 0 };
    expect(start().of(CLAUDE)).toMatchObject({ mode: 'audit', untilNs: 1100n * S });
    moment = { ...moment, bootNs: 1100n * S };
    expect(start().of(CLAUDE).mode).toBe('enforce');
    moment = { bootId: 'another', bootNs: 1n, wallMs: 0 };
    expect(start().of(CLAUDE).mode).toBe('enforce');
  });

  test('a damaged file weakens nothing, and is said to be damaged', async () => {
    await start().set({ agent: 'claude', mode: 'audit' }, PEER);
    writeFileSync(path(), readFileSync(path(), 'utf8').replace('"audit"', '"everything"'), { mode: 0o600 });
    expect(start().of(CLAUDE).mode).toBe('enforce');
    expect(troubles[0]).toMatch(/damaged/);
  });

  test('a mode that is taken back is gone', async () => {
    const modes = start();
    await modes.set({ agent: 'claude', mode: 'audit' }, PEER);
    await modes.set({ agent: 'claude', mode: 'unset' }, PEER);
    expect(modes.list()).toEqual({ machine: null, agents: [] });
  });
});
