import type { AuditEntry, AuditFilter } from '../../../core/protocol/audit.ts';
import type { SessionId } from '../../../core/protocol/scalars.ts';
import { objectOf } from '../../text/deed.ts';

/** The chips of the history; a killed process was blocked too. */
export const CHIPS = ['allow', 'block', 'require_approval', 'audit'] as const;
export type Chip = (typeof CHIPS)[number];

export type HistoryFilter = {
  /** None chosen: all, gaps included. */
  readonly chips: readonly Chip[];
  readonly session: SessionId | null;
  readonly text: string;
};

export const NO_FILTER: HistoryFilter = { chips: [], session: null, text: '' };

export function isFiltered({ chips, session, text }: HistoryFilter): boolean {
  return chips.length > 0 || session !== null || text.trim() !== '';
}

/** What of the filter the helper itself applies. */
export function auditFilterOf({ chips, session }: HistoryFilter): AuditFilter {
  const verdicts = chips.flatMap((chip) => (chip === 'block' ? (['block', 'kill'] as const) : [chip]));
  return {
    ...(session !== null && { session }),
    ...(verdicts.length > 0 && { verdicts }),
  };
}

/** Whether every word of the text is in path, skill, operation or address. */
export function matchesText({ record }: AuditEntry, text: string): boolean {
  const hay = [
    record.path,
    record.other_path,
    record.skill_id,
    record.operation,
    record.action,
    record.call,
    objectOf({ path: null, address: record.address, port: record.port }),
    record.message,
  ]
    .join('\n')
    .toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => hay.includes(word));
}
