import type { ReactNode } from 'react';
import type { DesktopState } from '../../core/protocol/desktop.ts';
import { everyoneInWords } from '../../core/protocol/everyone.ts';
import { isCurrent, running, weakestMode, weakSessions } from '../state/use-desktop.ts';
import { text } from '../text/en.ts';
import { Icon, type IconName } from './icon.tsx';
import { Shown } from './shown.tsx';
import './status-line.css';

type Standing = {
  readonly tone: 'safe' | 'warn' | 'danger' | 'plain';
  readonly icon: IconName;
  readonly words: string;
};

type Told = Pick<DesktopState, 'link' | 'sessions' | 'modes' | 'everyone'>;

/** The guard's state in a few words; only a guard that enforces now, for every agent, looks safe. */
export function standingOf({ link, sessions, modes, everyone }: Told): Standing {
  if (link.state === 'connecting') return { tone: 'plain', icon: 'plug', words: text.statusLine.connecting };
  if (link.state !== 'connected') return { tone: 'danger', icon: 'plug', words: text.statusLine[link.state] };
  if (link.enforcement.state !== 'enforcing') {
    return { tone: 'danger', icon: 'stop', words: text.statusLine.notEnforcing };
  }
  const weak = weakestMode(sessions, modes);
  if (weak === null && everyone !== null && everyoneInWords(everyone).grade !== 'held')
    return { tone: 'warn', icon: 'eye', words: text.everyone.line(everyone) };
  return weak === null
    ? { tone: 'safe', icon: 'status', words: text.statusLine.enforcing }
    : {
        tone: 'warn',
        icon: 'eye',
        words: text.modes.some(weak, weakSessions(sessions).length, running(sessions).length),
      };
}

/** Always at the bottom of the main window. */
export function StatusLine({ state }: { readonly state: DesktopState }): ReactNode {
  const { link, sessions, answering } = state;
  const { tone, icon, words } = standingOf(state);
  const guarded = running(sessions).length - weakSessions(sessions).length;
  return (
    <section className="status-line" aria-label={text.statusLine.label} data-region="status" tabIndex={-1}>
      <span className={`status-line-standing status-line-${tone}`} role="status">
        <Icon name={icon} />
        {words}
      </span>
      {link.state === 'connected' && (
        <>
          <span>
            <Shown value={text.statusLine.kernel(link.enforcement.kernel)} />
          </span>
          <span>
            <Shown value={text.statusLine.helper(link.helperVersion)} />
          </span>
        </>
      )}
      {isCurrent(link) && link.state === 'connected' && link.enforcement.state === 'enforcing' && (
        <span>{text.statusLine.agents(guarded)}</span>
      )}
      {answering.state === 'view-only' && <span className="status-line-end">{text.statusLine.viewOnly}</span>}
    </section>
  );
}
