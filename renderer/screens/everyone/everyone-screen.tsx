import type { ReactNode } from 'react';
import type { EveryoneState, Inbox, InboxEntry } from '../../../core/protocol/everyone.ts';
import { Empty } from '../../components/empty.tsx';
import { Icon } from '../../components/icon.tsx';
import { Part, ScreenFrame } from '../../components/screen.tsx';
import { isCurrent, isEnforcing, useDesktop } from '../../state/use-desktop.ts';
import { text } from '../../text/en.ts';
import { AcceptedList } from './accepted-list.tsx';
import { InboxRow } from './inbox-row.tsx';
import { StageBanner } from './stage-banner.tsx';
import './everyone.css';

/** How programs are held that are no agents, which of them were stopped, and which are accepted. */
export function EveryoneScreen(): ReactNode {
  const { everyone, inbox, link } = useDesktop();
  return (
    <ScreenFrame title={text.everyone.title} sub={text.everyone.sub}>
      <div className="everyone" data-stale={isCurrent(link) ? undefined : ''}>
        {!isCurrent(link) ? (
          <Empty title={text.everyone.unknown} sign={<Icon name="plug" />}>
            {text.everyone.unknownSays}
          </Empty>
        ) : everyone === null || !isEnforcing(link) ? (
          <Empty title={text.everyone.none} sign={<Icon name="stop" />}>
            {text.everyone.noneSays}
          </Empty>
        ) : (
          <>
            <StageBanner everyone={everyone} />
            <Entries everyone={everyone} inbox={inbox} />
            <AcceptedList accepted={everyone.accepted} />
          </>
        )}
      </div>
    </ScreenFrame>
  );
}

function Entries({ everyone, inbox }: { readonly everyone: EveryoneState; readonly inbox: Inbox }): ReactNode {
  const { entries, more } = inbox;
  const stopped = entries.filter(({ verdict }) => verdict === 'block');
  const seen = entries.filter(({ verdict, learnt }) => verdict === 'audit' && learnt);
  const through = entries.filter(({ verdict, learnt }) => verdict === 'audit' && !learnt);
  const { proposalsNow, proposalsSoon } = text.everyone;
  return (
    <>
      {entries.length === 0 && <NothingThere isHeld={everyone.stage === 'enforcing'} />}
      <List title={text.everyone.stopped} sub={text.everyone.stoppedSays} entries={stopped} />
      <List
        title={text.everyone.proposals}
        sub={everyone.stage === 'enforcing' ? proposalsNow : proposalsSoon}
        entries={seen}
      />
      <List title={text.everyone.letThrough} sub={text.everyone.letThroughSays} entries={through} />
      {more > 0 && <p className="quiet">{text.everyone.more(more)}</p>}
    </>
  );
}

/** No news, which is good news only where something would be stopped. */
function NothingThere({ isHeld }: { readonly isHeld: boolean }): ReactNode {
  return isHeld ? (
    <Empty title={text.everyone.caughtUp} sign={<Icon name="check" />}>
      {text.everyone.caughtUpSays}
    </Empty>
  ) : (
    <Empty title={text.everyone.seenNothing} sign={<Icon name="eye" />}>
      {text.everyone.seenNothingSays}
    </Empty>
  );
}

function List(props: {
  readonly title: string;
  readonly sub: string;
  readonly entries: readonly InboxEntry[];
}): ReactNode {
  const { title, sub, entries } = props;
  if (entries.length === 0) return null;
  return (
    <Part title={title} sub={sub} count={entries.length}>
      <ul className="rows">
        {entries.map((entry) => (
          <li key={entry.id}>
            <InboxRow entry={entry} />
          </li>
        ))}
      </ul>
    </Part>
  );
}
