import type { ReactNode } from 'react';
import { Icon, type IconName } from './icon.tsx';
import './banner.css';

type Tone = 'danger' | 'warn' | 'plain';

type Props = {
  readonly tone: Tone;
  readonly icon: IconName;
  readonly title: ReactNode;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
  /** Read out when it appears. */
  readonly urgent?: boolean;
};

/** A notice across a screen. */
export function Banner({ tone, icon, title, children, action, urgent = false }: Props): ReactNode {
  return (
    <div className={`banner banner-${tone}`} role={urgent ? 'alert' : undefined}>
      <Icon name={icon} />
      <div className="banner-words">
        <p className="banner-title">{title}</p>
        {children}
      </div>
      {action}
    </div>
  );
}
