import { type ReactNode, useEffect, useRef } from 'react';
import './screen.css';

type Props = {
  readonly title: string;
  readonly sub?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  /** Takes the whole height and scrolls inside by itself. */
  readonly filled?: boolean;
};

/** A screen of the main window under its heading. */
export function ScreenFrame({ title, sub, actions, children, filled = false }: Props): ReactNode {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = title;
  }, [title]);
  return (
    <div className={filled ? 'screen screen-filled' : 'screen'}>
      <header className="screen-head">
        <div>
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {sub && <p className="quiet">{sub}</p>}
        </div>
        {actions && <div className="screen-actions">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

/** A part of a screen, with a heading of its own. */
export function Part(props: {
  readonly title: string;
  readonly sub?: string;
  readonly count?: number;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <section className="part" aria-label={props.title}>
      <header className="part-head">
        <div>
          <h2>
            {props.title} {props.count !== undefined && <span className="part-count">{props.count}</span>}
          </h2>
          {props.sub && <p className="quiet small">{props.sub}</p>}
        </div>
        {props.actions}
      </header>
      {props.children}
    </section>
  );
}
