import type { EvidenceRecord } from '../../../core/evidence/record.ts';
import type { IconName } from '../../components/icon.tsx';
import { objectOf } from '../../text/deed.ts';
import { text } from '../../text/en.ts';
import { timeOfDay } from '../../text/time.ts';
import { visible } from '../../text/visible.ts';

export type VerdictLook = {
  readonly words: string;
  readonly icon: IconName;
  readonly tone: 'plain' | 'danger' | 'warn';
};

/** How a record's verdict is shown; one without a verdict is named by its kind. */
export function verdictLook({ verdict, kind }: Pick<EvidenceRecord, 'verdict' | 'kind'>): VerdictLook {
  switch (verdict) {
    case 'allow':
      return { words: text.verdicts.allow, icon: 'check', tone: 'plain' };
    case 'block':
    case 'kill':
      return { words: text.verdicts[verdict], icon: 'stop', tone: 'danger' };
    case 'require_approval':
      return { words: text.verdicts.require_approval, icon: 'question', tone: 'warn' };
    case null:
      return kind === 'gap'
        ? { words: text.history.kinds.gap ?? kind, icon: 'gap', tone: 'warn' }
        : { words: text.history.kinds[kind] ?? kind, icon: 'history', tone: 'plain' };
  }
}

/** What a record is about: a path, an address, or its message. */
export function recordObject(record: EvidenceRecord): string {
  return objectOf({ path: record.path, address: record.address, port: record.port }) || (record.message ?? '');
}

/** One record in one sentence, for those who hear it. */
export function spokenRecord(record: EvidenceRecord): string {
  const parts = [
    timeOfDay(record.timestamp),
    verdictLook(record).words,
    record.skill_id,
    record.operation ?? record.action,
  ];
  const said = parts.filter((part): part is string => typeof part === 'string').map(visible);
  const count = record.count === undefined ? '' : `, ${text.history.times(record.count)}`;
  return `${said.join(', ')}: ${visible(recordObject(record))}${count}`;
}
