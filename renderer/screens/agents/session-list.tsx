import type { ReactNode } from 'react';
import { ListBox, ListBoxItem } from 'react-aria-components';
import type { SessionId } from '../../../core/protocol/scalars.ts';
import type { Session } from '../../../core/protocol/session.ts';
import { visible } from '../../../core/text/visible.ts';
import { SessionNotices } from '../../components/session-notices.tsx';
import { ClaimedName, Shown } from '../../components/shown.tsx';
import { useDesktop } from '../../state/use-desktop.ts';
import { useNow } from '../../state/use-now.ts';
import { text } from '../../text/en.ts';
import { moment } from '../../text/time.ts';
import { SignatureState } from '../manifest/signature-state.tsx';

type Props = {
  readonly sessions: readonly Session[];
  readonly chosen: SessionId;
  readonly choose: (id: SessionId) => void;
};

export function SessionList({ sessions, chosen, choose }: Props): ReactNode {
  return (
    <ListBox
      className="session-list"
      aria-label={text.agents.list}
      selectionMode="single"
      selectionBehavior="replace"
      disallowEmptySelection
      selectedKeys={[chosen]}
      onSelectionChange={(keys) => {
        const [key] = keys === 'all' ? [] : [...keys];
        if (key !== undefined) choose(key as SessionId);
      }}
    >
      {sessions.map((session) => (
        <ListBoxItem key={session.id} id={session.id} textValue={visible(session.skillId)} className="session-item">
          <SessionItem session={session} />
        </ListBoxItem>
      ))}
    </ListBox>
  );
}

function SessionItem({ session }: { readonly session: Session }): ReactNode {
  const now = useNow(30_000);
  const { approvals } = useDesktop();
  const waiting = approvals.filter((request) => request.session === session.id).length;
  return (
    <>
      <span className="session-name">
        <ClaimedName value={session.skillId} /> <Shown value={session.skillVersion} />
      </span>
      <span className="session-command">
        <Shown value={session.command.join(' ')} />
      </span>
      <span className="session-line">
        <span>{session.endedAt === null ? text.facts.since(moment(session.startedAt, now)) : text.agents.ended}</span>
        <span>{text.agents.userId(session.owner)}</span>
        <span>{text.agents.processes(session.pids.length)}</span>
        <span>{text.agents.refusedShort(session.blocks)}</span>
      </span>
      <span className="session-line">
        <SignatureState session={session.id} />
        {waiting > 0 && <span className="session-waiting">{text.agents.waiting(waiting)}</span>}
      </span>
      <SessionNotices session={session} />
    </>
  );
}
