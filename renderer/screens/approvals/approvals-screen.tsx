import type { ReactNode } from 'react';
import type { ApprovalRequest } from '../../../core/protocol/approval.ts';
import { Empty } from '../../components/empty.tsx';
import { Icon } from '../../components/icon.tsx';
import { Part, ScreenFrame } from '../../components/screen.tsx';
import { isCurrent, isEnforcing, useDesktop, weakSessions } from '../../state/use-desktop.ts';
import { text } from '../../text/en.ts';
import { Ending } from '../prompt/result-strip.tsx';
import { GrantList } from './grant-list.tsx';
import { RequestRow } from './request-row.tsx';

const ENDED_SHOWN = 5;

/** Questions that wait, those that were refused meanwhile, and the answers in force. */
export function ApprovalsScreen(): ReactNode {
  const { approvals, ended, link, sessions } = useDesktop();
  const current = isCurrent(link);
  const held = approvals.filter(({ status }) => status.state === 'held');
  const refused = approvals.filter(({ status }) => status.state === 'refused');
  return (
    <ScreenFrame title={text.approvals.title} sub={text.approvals.sub}>
      <div className="approvals" data-stale={current ? undefined : ''}>
        {!current && approvals.length === 0 && (
          <Empty title={text.approvals.unknown} sign={<Icon name="plug" />}>
            {text.approvals.unknownSays}
          </Empty>
        )}
        {current && approvals.length === 0 && (
          <NothingAsked enforcing={isEnforcing(link)} weak={weakSessions(sessions).length > 0} />
        )}
        <Requests title={text.approvals.waiting} sub={text.approvals.waitingSays} requests={held} />
        <Requests title={text.approvals.inbox} sub={text.approvals.inboxSays} requests={refused} />
        <GrantList />
        {ended.length > 0 && (
          <Part title={text.approvals.ended}>
            <ul className="rows">
              {ended.slice(0, ENDED_SHOWN).map((end) => (
                <li key={end.request.id}>
                  <Ending end={end} />
                </li>
              ))}
            </ul>
          </Part>
        )}
      </div>
    </ScreenFrame>
  );
}

/** All caught up, which is no good news where nothing is enforced. */
function NothingAsked(props: { readonly enforcing: boolean; readonly weak: boolean }): ReactNode {
  const { enforcing, weak } = props;
  return enforcing ? (
    <Empty title={text.approvals.caughtUp} sign={<Icon name="check" />}>
      {weak ? text.modes.caughtUpSays : text.approvals.caughtUpSays}
    </Empty>
  ) : (
    <Empty title={text.approvals.idle} sign={<Icon name="stop" />}>
      {text.approvals.idleSays}
    </Empty>
  );
}

function Requests(props: {
  readonly title: string;
  readonly sub: string;
  readonly requests: readonly ApprovalRequest[];
}): ReactNode {
  const { title, sub, requests } = props;
  if (requests.length === 0) return null;
  return (
    <Part title={title} sub={sub} count={requests.length}>
      <ul className="rows">
        {requests.map((request) => (
          <li key={request.id}>
            <RequestRow request={request} />
          </li>
        ))}
      </ul>
    </Part>
  );
}
