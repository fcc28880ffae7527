import type { ReactNode } from 'react';
import './empty.css';

/** Nothing is here, and why that is fine or not. */
export function Empty(props: {
  readonly title: string;
  readonly sign?: ReactNode;
  readonly children?: ReactNode;
}): ReactNode {
  return (
    <div className="empty">
      {props.sign && <span className="empty-sign">{props.sign}</span>}
      <p className="empty-title">{props.title}</p>
      {props.children && <div className="empty-words">{props.children}</div>}
    </div>
  );
}
