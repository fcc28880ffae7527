import type { ReactNode } from 'react';
import type { EvidenceRecord } from '../../../core/evidence/record.ts';
import { EVERYONE_RECORD } from '../../../core/protocol/everyone.ts';
import { shortened, splitPath } from '../../../core/text/visible.ts';
import { Icon } from '../../components/icon.tsx';
import { Claim, Shown } from '../../components/shown.tsx';
import { text } from '../../text/en.ts';
import { shortMoment } from '../../text/time.ts';
import { recordObject, verdictLook } from './record-words.ts';

/** One record in two lines. Only the folder of a path is shortened, never its last name. */
export function RecordRow({ record, now }: { readonly record: EvidenceRecord; readonly now: number }): ReactNode {
  const { words, icon, tone } = verdictLook(record);
  const operation = record.operation ?? record.action;
  const { folder, name } = record.path === null ? { folder: '', name: recordObject(record) } : splitPath(record.path);
  return (
    <>
      <span className="record-verdict" data-tone={tone}>
        <Icon name={icon} />
        <span className="record-verdict-words">{words}</span>
      </span>
      <span className="record-what">
        {operation !== null && (
          <span className="record-operation">
            <Shown value={operation} />
          </span>
        )}
        <code
          className="record-object"
          data-plain={record.kind === 'decision' || record.path !== null ? undefined : ''}
        >
          <span className="record-folder">
            <Shown value={folder} />
          </span>
          <span className="record-name">
            <Shown value={name} />
          </span>
        </code>
      </span>
      <span className="record-time">{shortMoment(record.timestamp, now)}</span>
      <span className="record-who">
        {record.kind === EVERYONE_RECORD && <span>{text.everyone.title}</span>}
        {record.skill_id !== null && <Claim value={shortened(record.skill_id, 32)} />}
        {record.count !== undefined && record.count > 1 && <span>{text.history.times(record.count)}</span>}
      </span>
    </>
  );
}
