import type { ReactNode } from 'react';
import type { AcceptedProgram } from '../../../core/protocol/everyone.ts';
import { visible } from '../../../core/text/visible.ts';
import { ActionError } from '../../components/action-error.tsx';
import { Button } from '../../components/button.tsx';
import { Part } from '../../components/screen.tsx';
import { ShownPath } from '../../components/shown.tsx';
import { useAction } from '../../state/use-action.ts';
import { text } from '../../text/en.ts';
import { exactMoment } from '../../text/time.ts';

/** Programs that were let in, each with a way to take it back. */
export function AcceptedList({ accepted }: { readonly accepted: readonly AcceptedProgram[] }): ReactNode {
  if (accepted.length === 0) return null;
  return (
    <Part title={text.everyone.accepted} sub={text.everyone.acceptedSays} count={accepted.length}>
      <ul className="rows">
        {accepted.map((one) => (
          <li key={`${one.location} ${one.program}`}>
            <AcceptedRow accepted={one} />
          </li>
        ))}
      </ul>
    </Part>
  );
}

function AcceptedRow({ accepted }: { readonly accepted: AcceptedProgram }): ReactNode {
  const { program, location, since, by } = accepted;
  const [revoking, revoke] = useAction('everyone.revoke');
  const where = location === '*' ? text.everyone.everywhere : location;
  return (
    <div className="request">
      <div className="request-words">
        <p className="request-object">
          <ShownPath value={program} />
        </p>
        <p className="request-detail">
          <span>
            {text.everyone.at} <strong>{where}</strong>
          </span>
          <span>{`${text.facts.since(exactMoment(since))}, ${text.agents.userId(by)}`}</span>
        </p>
        {revoking.is === 'failed' && <ActionError title={text.everyone.failed} error={revoking.error} />}
      </div>
      <Button
        look="danger"
        aria-label={`${text.everyone.revoke}: ${visible(program)}, ${where}`}
        isDisabled={revoking.is === 'under-way'}
        onPress={() => revoke({ program, location })}
      >
        {text.everyone.revoke}
      </Button>
    </div>
  );
}
