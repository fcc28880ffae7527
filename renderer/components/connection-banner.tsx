import type { ReactNode } from 'react';
import type { DesktopState, Link } from '../../core/protocol/desktop.ts';
import { useNow } from '../state/use-now.ts';
import { text } from '../text/en.ts';
import { span } from '../text/time.ts';
import { Banner } from './banner.tsx';
import { Remedy } from './remedy.tsx';
import { Shown } from './shown.tsx';

/** Stands in every screen as long as the guard is not whole: what is wrong, and what to do. Nothing when it is. */
export function ConnectionBanner({ state: { link, answering } }: { readonly state: DesktopState }): ReactNode {
  return (
    <>
      <LinkBanner link={link} />
      {answering.state === 'view-only' && (
        <Banner tone="warn" icon="eye" title={text.link.viewOnly}>
          <p>
            <Shown value={answering.reason} />
          </p>
        </Banner>
      )}
    </>
  );
}

function LinkBanner({ link }: { readonly link: Link }): ReactNode {
  switch (link.state) {
    case 'connecting':
      return (
        <Banner tone="plain" icon="plug" title={text.link.connecting.title}>
          <p className="quiet">{text.link.connecting.body}</p>
        </Banner>
      );
    case 'connected':
      return link.enforcement.state === 'enforcing' ? null : (
        <Banner tone="danger" icon="stop" urgent title={text.link.notEnforcing}>
          <p>{text.link.notEnforcingSays}</p>
          <p>
            <Shown value={link.enforcement.reason} />
          </p>
          {link.enforcement.remedy && <Remedy value={link.enforcement.remedy} />}
        </Banner>
      );
    case 'lost':
      return (
        <Trouble link={link}>
          <LastSeen since={link.since} />
        </Trouble>
      );
    default:
      return <Trouble link={link} />;
  }
}

type Troubled = Extract<Link, { message: string }>;

function Trouble({ link, children }: { readonly link: Troubled; readonly children?: ReactNode }): ReactNode {
  return (
    <Banner tone="danger" icon="plug" urgent title={text.link[link.state].title}>
      <p>
        <Shown value={link.message} />
      </p>
      {children}
      <Remedy value={link.remedy} />
    </Banner>
  );
}

function LastSeen({ since }: { readonly since: string }): ReactNode {
  const now = useNow();
  return <p>{text.link.lastSeen(span(now - Date.parse(since)))}</p>;
}
