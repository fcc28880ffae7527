import type { ReactNode } from 'react';
import type { EvidenceRecord } from '../../../core/evidence/record.ts';
import { Icon } from '../../components/icon.tsx';
import { Claim, Shown } from '../../components/shown.tsx';
import { text } from '../../text/en.ts';
import { timeOfDay } from '../../text/time.ts';
import { shortened, splitPath } from '../../text/visible.ts';
import { recordObject, verdictLook } from './record-words.ts';

/** One record in one line. Only the folder of a path is shortened, never its last name. */
export function RecordRow({ record }: { readonly record: EvidenceRecord }): ReactNode {
  const { words, icon, tone } = verdictLook(record);
  const { folder, name } = record.path === null ? { folder: '', name: recordObject(record) } : splitPath(record.path);
  return (
    <>
      <span className="record-time">{timeOfDay(record.timestamp)}</span>
      <span className="record-verdict" data-tone={tone}>
        <Icon name={icon} />
        {words}
      </span>
      <span className="record-skill">
        {record.skill_id !== null && <Claim value={shortened(record.skill_id, 24)} />}
      </span>
      <span className="record-what">
        <span className="record-operation">{record.operation ?? record.action}</span>
        <code className="record-object" data-plain={record.kind === 'decision' ? undefined : ''}>
          <span className="record-folder">
            <Shown value={folder} />
          </span>
          <span className="record-name">
            <Shown value={name} />
          </span>
        </code>
        {record.count !== undefined && record.count > 1 && (
          <span className="record-count">{text.history.times(record.count)}</span>
        )}
      </span>
    </>
  );
}
