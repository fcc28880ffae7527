import { type ReactNode, useState } from 'react';
import type { SessionId } from '../../../core/protocol/scalars.ts';
import type { Session } from '../../../core/protocol/session.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { Empty } from '../../components/empty.tsx';
import { Icon } from '../../components/icon.tsx';
import { ScreenFrame } from '../../components/screen.tsx';
import { isCurrent, isEnforcing, useDesktop } from '../../state/use-desktop.ts';
import { text } from '../../text/en.ts';
import { SessionDetail } from './session-detail.tsx';
import { SessionList } from './session-list.tsx';
import './agents-screen.css';

/** Sessions on the left, the chosen one on the right. */
export function AgentsScreen(): ReactNode {
  const { sessions, link } = useDesktop();
  const [chosen, choose] = useState<SessionId | null>(null);
  const current = isCurrent(link);
  const ordered = inOrder(sessions);
  const session = ordered.find(({ id }) => id === chosen) ?? ordered[0];
  return (
    <ScreenFrame title={text.agents.title} sub={text.agents.sub} filled={session !== undefined}>
      {session === undefined ? (
        <NoAgents />
      ) : (
        <div className="agents" data-stale={current ? undefined : ''}>
          <SessionList sessions={ordered} chosen={session.id} choose={choose} />
          <SessionDetail key={session.id} session={session} />
        </div>
      )}
    </ScreenFrame>
  );
}

/** Those that run first, the newest of them first. */
function inOrder(sessions: readonly Session[]): Session[] {
  return [...sessions].sort(
    (a, b) =>
      Number(a.endedAt !== null) - Number(b.endedAt !== null) || Date.parse(b.startedAt) - Date.parse(a.startedAt),
  );
}

function NoAgents(): ReactNode {
  const { link } = useDesktop();
  if (!isCurrent(link)) return <Empty title={text.agents.unknown} sign={<Icon name="plug" />} />;
  return isEnforcing(link) ? (
    <Empty title={text.agents.none} sign={<Icon name="agents" />}>
      <p>{text.agents.noneSays}</p>
      <p className="agents-how">
        <code>{text.agents.noneCommand}</code>
        <CopyButton value={text.agents.noneCommand} what={text.agents.noneCommand} />
      </p>
    </Empty>
  ) : (
    <Empty title={text.agents.idle} sign={<Icon name="stop" />}>
      {text.agents.idleSays}
    </Empty>
  );
}
