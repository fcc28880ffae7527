import type { ReactNode } from 'react';
import { ActionError } from '../../components/action-error.tsx';
import { Banner } from '../../components/banner.tsx';
import { Button } from '../../components/button.tsx';
import { FactList } from '../../components/facts.tsx';
import { Shown } from '../../components/shown.tsx';
import type { Action } from '../../state/use-action.ts';
import { text } from '../../text/en.ts';

type Verifying = Action<'audit.verify'>;

type ButtonProps = { readonly action: Verifying; readonly verify: () => void; readonly isDisabled: boolean };

export function VerifyButton({ action, verify, isDisabled }: ButtonProps): ReactNode {
  const underWay = action.is === 'under-way';
  return (
    <Button icon="signed" isDisabled={isDisabled || underWay} onPress={verify}>
      {underWay ? text.history.verifying : text.history.verify}
    </Button>
  );
}

/** What a walk over the whole log found. */
export function Verification({ action }: { readonly action: Verifying }): ReactNode {
  if (action.is === 'failed') return <ActionError title={text.history.verifyFailed} error={action.error} />;
  if (action.is !== 'done') return null;
  const found = action.value;
  if (found.state === 'damaged') {
    return (
      <Banner tone="danger" icon="warn" urgent title={text.history.damaged}>
        <p>{text.history.damagedSays(found.records, found.firstBad)}</p>
        <p>
          <Shown value={found.damage} />
        </p>
      </Banner>
    );
  }
  return (
    <Banner tone="plain" icon="check" urgent title={text.history.intact}>
      <p>{text.history.intactSays(found.records, found.gaps)}</p>
      <FactList
        facts={[
          found.root === ''
            ? null
            : {
                name: text.history.root,
                value: (
                  <code>
                    <Shown value={found.root} />
                  </code>
                ),
              },
          {
            name: text.history.checkpoint,
            value: found.checkpoint === null ? text.history.noCheckpoint : <Shown value={found.checkpoint} />,
          },
        ]}
      />
    </Banner>
  );
}
