/** A bridge without an app behind it: it plays one scene, and changes the scene by what is asked of it. */

import type { ApprovalOutcome } from '../../core/protocol/approval.ts';
import { type AuditEntry, matchesFilter } from '../../core/protocol/audit.ts';
import {
  ARM_MS,
  type DesktopAnswer,
  type DesktopBridge,
  type DesktopCall,
  type DesktopError,
  type DesktopEvent,
  type DesktopEventData,
  type DesktopParams,
  type DesktopResult,
  type DesktopState,
} from '../../core/protocol/desktop.ts';
import { uid } from '../../core/protocol/scalars.ts';
import { sampleDiagnosis, sampleManifest } from './answers.ts';
import { sampleHistory } from './records.ts';
import type { Scene } from './scenes.ts';

/** What tests do to the scene from outside. */
export type ScriptedBridge = DesktopBridge & {
  /** Everything asked so far. */
  readonly asked: { readonly name: DesktopCall; readonly params: unknown }[];
  readonly state: () => DesktopState;
  readonly change: (more: Partial<DesktopState>) => void;
  readonly tell: <E extends DesktopEvent>(event: E, data: DesktopEventData<E>) => void;
  /** From now on this call fails; null: it works again. */
  readonly fail: (name: DesktopCall, error: DesktopError | null) => void;
};

/** The letters that allow by keyboard. */
export const SCRIPTED_CODE = 'KF';

const ALICE = uid.parse(1000);

type Calls = { [C in DesktopCall]: (params: DesktopParams<C>) => DesktopResult<C> };

export function scriptedBridge(scene: Scene): ScriptedBridge {
  let state = scene.state;
  const history = sampleHistory(scene.records);
  const hearers = new Map<DesktopEvent, Set<(data: never) => void>>();
  const failing = new Map<DesktopCall, DesktopError>();
  const asked: { name: DesktopCall; params: unknown }[] = [];
  const tell = <E extends DesktopEvent>(event: E, data: DesktopEventData<E>): void => {
    if (event === 'records') history.push(...(data as AuditEntry[]));
    for (const hear of hearers.get(event) ?? []) (hear as (data: DesktopEventData<E>) => void)(data);
  };
  const change = (more: Partial<DesktopState>): void => {
    state = { ...state, ...more };
    tell('state', state);
  };
  let { screen } = scene;
  /** As main does it: what a page has missed follows the answer that tells it of the state. */
  const showScreen = (): void => {
    const opened = screen;
    screen = undefined;
    if (opened !== undefined) queueMicrotask(() => tell('screen', opened));
  };
  const calls = scriptedCalls({ read: () => state, change, history });
  return {
    asked,
    state: () => state,
    change,
    tell,
    fail: (name, error) => void (error === null ? failing.delete(name) : failing.set(name, error)),
    async call(name, params) {
      asked.push({ name, params });
      // As long as a message to another process takes, so that nothing leans on an answer in the same turn.
      await new Promise((resolve) => setTimeout(resolve, 5));
      const error = failing.get(name);
      if (error !== undefined) return { ok: false, error };
      if (name === 'state') showScreen();
      return { ok: true, value: calls[name](params) } as DesktopAnswer<never>;
    },
    listen(event, hear) {
      const set = hearers.get(event) ?? new Set();
      hearers.set(event, set.add(hear as (data: never) => void));
      return () => set.delete(hear as (data: never) => void);
    },
  };
}

type Play = {
  readonly read: () => DesktopState;
  readonly change: (more: Partial<DesktopState>) => void;
  readonly history: readonly AuditEntry[];
};

function scriptedCalls({ read, change, history }: Play): Calls {
  const end = (id: number, outcome: ApprovalOutcome): void => {
    const { approvals, ended } = read();
    const request = approvals.find((each) => each.id === id);
    if (request === undefined) return;
    const over = { request, outcome, endedAt: new Date().toISOString() };
    change({ approvals: approvals.filter((each) => each !== request), ended: [over, ...ended].slice(0, 20) });
  };
  return {
    state: read,
    answer({ id, option }) {
      const outcome = option === 'deny' ? 'denied' : 'allowed';
      end(id, outcome);
      return { outcome };
    },
    'prompt.shown': () => ({ code: SCRIPTED_CODE, armsInMs: ARM_MS }),
    'prompt.open': () => ({}),
    'prompt.leave': () => ({}),
    'grant.revoke'({ grant }) {
      change({ grants: read().grants.filter(({ id }) => id !== grant) });
      return {};
    },
    'everyone.accept'({ program, location }) {
      const { everyone, inbox } = read();
      const entries = inbox.entries.filter(
        (one) => (one.script ?? one.program) !== program || one.location !== location,
      );
      const entry = { program, location, since: new Date().toISOString(), by: ALICE };
      change({
        inbox: { ...inbox, entries },
        everyone: everyone && { ...everyone, accepted: [...everyone.accepted, entry] },
      });
      return {};
    },
    'everyone.revoke'({ program, location }) {
      const { everyone } = read();
      const accepted = everyone?.accepted.filter((one) => one.program !== program || one.location !== location) ?? [];
      change({ everyone: everyone && { ...everyone, accepted } });
      return {};
    },
    'everyone.enforce'() {
      const { everyone } = read();
      change({ everyone: everyone && { ...everyone, stage: 'enforcing', until: null } });
      return {};
    },
    'everyone.dismiss'({ id }) {
      const { inbox } = read();
      change({ inbox: { ...inbox, entries: inbox.entries.filter((one) => one.id !== id) } });
      return {};
    },
    'audit.page'({ afterSeq, limit, ...filter }) {
      const all = history.filter((entry) => matchesFilter(entry, filter as Parameters<typeof matchesFilter>[1]));
      if (afterSeq === undefined) return { entries: all.slice(-limit), next: null };
      const entries = all.filter(({ record }) => record.seq > afterSeq).slice(0, limit);
      const last = entries.at(-1)?.record.seq;
      const more = last !== undefined && all.some(({ record }) => record.seq > last);
      return { entries, next: (more ? last : null) as DesktopResult<'audit.page'>['next'] };
    },
    'audit.verify': () => ({
      state: 'intact',
      records: history.length,
      gaps: history.filter(({ record }) => record.kind === 'gap').length,
      root: history.at(-1)?.record.evidence_hash ?? '',
      checkpoint: history.length === 0 ? null : 'ringfence.example/log',
    }),
    'manifest.get': sampleManifest,
    'manifest.sign': ({ session }) => ({ path: sampleManifest({ session }).path }),
    doctor: () => sampleDiagnosis(read().link),
    open: () => ({}),
  };
}
