import { type ReactNode, useState } from 'react';
import { ActionError } from '../../components/action-error.tsx';
import { Button } from '../../components/button.tsx';
import { Empty } from '../../components/empty.tsx';
import { Icon } from '../../components/icon.tsx';
import { ScreenFrame } from '../../components/screen.tsx';
import { useAction } from '../../state/use-action.ts';
import { isCurrent, useDesktop } from '../../state/use-desktop.ts';
import { text } from '../../text/en.ts';
import { type HistoryFilter, isFiltered, NO_FILTER } from './filter.ts';
import { FilterBar } from './filter-bar.tsx';
import { RecordDetail } from './record-detail.tsx';
import { RecordList } from './record-list.tsx';
import { useHistory } from './use-history.ts';
import { Verification, VerifyButton } from './verification.tsx';
import './history.css';

/** The evidence log: filters above, records on the left, one in full on the right. */
export function HistoryScreen(): ReactNode {
  const connected = isCurrent(useDesktop().link);
  const [filter, setFilter] = useState<HistoryFilter>(NO_FILTER);
  const [verification, verify] = useAction('audit.verify');
  return (
    <ScreenFrame
      title={text.history.title}
      sub={text.history.sub}
      filled
      actions={<VerifyButton action={verification} verify={() => verify({})} isDisabled={!connected} />}
    >
      <Verification action={verification} />
      <FilterBar filter={filter} change={setFilter} />
      <History filter={filter} change={setFilter} connected={connected} />
    </ScreenFrame>
  );
}

type Props = {
  readonly filter: HistoryFilter;
  readonly change: (filter: HistoryFilter) => void;
  readonly connected: boolean;
};

function History({ filter, change, connected }: Props): ReactNode {
  const { reader, reading } = useHistory(filter);
  const [chosen, choose] = useState<number | null>(null);
  const { entries, is, error } = reading;
  const entry = entries.find(({ record }) => record.seq === chosen);
  return (
    <>
      {is === 'failed' && error !== null && connected && <ActionError title={text.history.failed} error={error} />}
      {entries.length > 0 ? (
        <div className="history" data-stale={connected ? undefined : ''} data-open={entry ? '' : undefined}>
          <RecordList reader={reader} reading={reading} chosen={chosen} choose={choose} />
          {entry && (
            <RecordDetail
              record={entry.record}
              close={() => choose(null)}
              only={(session) => change({ ...filter, session })}
            />
          )}
        </div>
      ) : (
        <NoRecords {...{ reader, reading, filter, change, connected }} />
      )}
    </>
  );
}

type NoRecordsProps = Props & ReturnType<typeof useHistory>;

function NoRecords({ reader, reading, filter, change, connected }: NoRecordsProps): ReactNode {
  if (!connected) return <Empty title={text.history.unknown} sign={<Icon name="plug" />} />;
  if (reading.is === 'reading') return <Empty title={text.history.loading} />;
  if (reading.is === 'failed') {
    return (
      <div>
        <Button onPress={() => reader.insist()}>{text.history.again}</Button>
      </div>
    );
  }
  if (!isFiltered(filter)) {
    return (
      <Empty title={text.history.empty} sign={<Icon name="history" />}>
        {text.history.emptySays}
      </Empty>
    );
  }
  return (
    <Empty title={text.history.noMatch} sign={<Icon name="search" />}>
      <p>{text.history.noMatchSays}</p>
      {reading.is === 'waiting' && reading.oldest !== null && (
        <p>
          {text.history.searchedTo(reading.oldest)}{' '}
          <Button onPress={() => reader.insist()}>{text.history.searchOn}</Button>
        </p>
      )}
      <p className="history-clear">
        <Button onPress={() => change(NO_FILTER)}>{text.history.clear}</Button>
      </p>
    </Empty>
  );
}
