import type { ReactNode } from 'react';
import type { Session } from '../../core/protocol/session.ts';
import { text } from '../text/en.ts';
import { Banner } from './banner.tsx';
import { Icon, type IconName } from './icon.tsx';
import './session-notices.css';

type Notice = { readonly is: 'audited' | 'dropped'; readonly words: string; readonly icon: IconName };

/** What must be known of a session that is not simply held to its manifest. */
function noticesOf({ mode, modeUntil, trust }: Session): Notice[] {
  return [
    ...(trust === 'dropped' ? [{ is: 'dropped', words: text.trustDropped, icon: 'warn' } as const] : []),
    ...(mode === undefined || mode === 'enforce'
      ? []
      : [{ is: 'audited', words: text.modes.says(mode, modeUntil ?? null), icon: 'eye' } as const]),
  ];
}

/** In a list, below the session's name. */
export function SessionNotices({ session }: { readonly session: Session }): ReactNode {
  return noticesOf(session).map(({ is, words, icon }) => (
    <span key={is} className="session-notice" data-is={is}>
      <Icon name={icon} />
      <span>{words}</span>
    </span>
  ));
}

/** Above everything else that is said of the session. */
export function SessionBanners({ session }: { readonly session: Session }): ReactNode {
  return noticesOf(session).map(({ is, words, icon }) => (
    <Banner key={is} tone={is === 'dropped' ? 'danger' : 'warn'} icon={icon} title={words} />
  ));
}
