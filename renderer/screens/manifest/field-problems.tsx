import type { ReactNode } from 'react';
import { FieldError } from 'react-aria-components';
import { Icon } from '../../components/icon.tsx';
import { Shown } from '../../components/shown.tsx';
import type { DraftProblem } from './draft-problems.ts';

/** Errors belong to the field; what is only worth knowing stands below it too. */
export function FieldProblems({ problems }: { readonly problems: readonly DraftProblem[] }): ReactNode {
  return (
    <>
      <FieldError className="field-problems">
        <Problems problems={problems.filter(({ refused }) => refused)} />
      </FieldError>
      <Problems problems={problems.filter(({ refused }) => !refused)} />
    </>
  );
}

/** What is wrong or worth knowing, each with its remedy. */
export function Problems(props: { readonly title?: string; readonly problems: readonly DraftProblem[] }): ReactNode {
  if (props.problems.length === 0) return null;
  return (
    <div className="problems">
      {props.title && <p className="problems-title">{props.title}</p>}
      {props.problems.map(({ message, remedy, refused }) => (
        <span key={message} className="problem" data-refused={refused || undefined}>
          <Icon name="warn" />
          <span>
            <strong>
              <Shown value={message} />.
            </strong>{' '}
            <Shown value={remedy} />
          </span>
        </span>
      ))}
    </div>
  );
}
