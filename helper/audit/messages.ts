import type { EvidenceRecord } from '../../core/evidence/record.ts';
import type { AuditError } from './audit-error.ts';
import type { AuditOptions, RecordDraft, SessionDescription, WaitingDescription } from './options.ts';

/** What the helper's main thread and the audit worker say to each other. Both are ours: no validation in between. */

export type WorkerData = { readonly options: AuditOptions };

export type Request =
  | { readonly do: 'append'; readonly drafts: readonly RecordDraft[] }
  | { readonly do: 'query'; readonly query: unknown }
  | { readonly do: 'get'; readonly seq: number }
  | { readonly do: 'extent' }
  | { readonly do: 'checkpoint' }
  | { readonly do: 'describe-session'; readonly description: SessionDescription }
  | { readonly do: 'describe-waiting'; readonly description: WaitingDescription }
  | { readonly do: 'attach-kernel'; readonly url: string; readonly data: unknown }
  | { readonly do: 'close'; readonly reason: string };

export type ToWorker = { readonly id: number; readonly request: Request };

export type FromWorker =
  | { readonly kind: 'opened' }
  | { readonly kind: 'refused'; readonly error: AuditError }
  | { readonly kind: 'reply'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly error: AuditError }
  | { readonly kind: 'records'; readonly records: readonly EvidenceRecord[] }
  /** Records cannot be written at the moment (`final`: not before a restart); the kernel keeps its events. */
  | { readonly kind: 'trouble'; readonly error: AuditError; readonly final: boolean };
