import type { EvidenceRecord } from '../../../core/evidence/record.ts';
import type { IconName } from '../../components/icon.tsx';
import { objectOf } from '../../text/deed.ts';
import { text } from '../../text/en.ts';

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
