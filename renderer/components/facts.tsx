import type { ReactNode } from 'react';
import { Icon } from './icon.tsx';
import './facts.css';

/** What the kernel saw: true whatever the agent says. */
export function KernelFacts({ label, children }: { readonly label: string; readonly children: ReactNode }): ReactNode {
  return (
    <section className="facts facts-kernel" aria-label={label}>
      <p className="facts-label">
        <Icon name="kernel" />
        {label}
      </p>
      {children}
    </section>
  );
}

/** What the agent or its manifest says of itself, which nobody checked. */
export function Claims(props: {
  readonly label: string;
  readonly note: string;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <section className="facts facts-claims" aria-label={props.label}>
      <p className="facts-label">
        <Icon name="speech" />
        {props.label}
        <span className="facts-note">{props.note}</span>
      </p>
      {props.children}
    </section>
  );
}

export type Fact = { readonly name: string; readonly value: ReactNode };

/** Names and values, one a line. */
export function FactList({ facts }: { readonly facts: readonly (Fact | null)[] }): ReactNode {
  return (
    <dl className="fact-list">
      {facts.map(
        (fact) =>
          fact && (
            <div key={fact.name} className="fact">
              <dt>{fact.name}</dt>
              <dd>{fact.value}</dd>
            </div>
          ),
      )}
    </dl>
  );
}
