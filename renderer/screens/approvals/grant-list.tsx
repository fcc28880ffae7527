import { type ReactNode, useState } from 'react';
import type { Grant } from '../../../core/protocol/approval.ts';
import { visible } from '../../../core/text/visible.ts';
import { useBridge } from '../../bridge.ts';
import { ActionError } from '../../components/action-error.tsx';
import { Button } from '../../components/button.tsx';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Countdown } from '../../components/countdown.tsx';
import { Part } from '../../components/screen.tsx';
import { Claim, Shown, ShownPath } from '../../components/shown.tsx';
import { useAction } from '../../state/use-action.ts';
import { isCurrent, useDesktop } from '../../state/use-desktop.ts';
import { text } from '../../text/en.ts';

/** Answers that still hold, each with a way to take it back. */
export function GrantList(): ReactNode {
  const { grants, link } = useDesktop();
  const current = isCurrent(link);
  if (grants.length === 0) {
    return current ? (
      <Part title={text.approvals.grants}>
        <p className="quiet">{text.approvals.noGrants}</p>
      </Part>
    ) : null;
  }
  return (
    <Part
      title={text.approvals.grants}
      sub={text.approvals.grantsSays}
      count={grants.length}
      actions={<RevokeAll grants={grants} isDisabled={!current} />}
    >
      <ul className="rows">
        {grants.map((grant) => (
          <li key={grant.id}>
            <GrantRow grant={grant} isDisabled={!current} />
          </li>
        ))}
      </ul>
    </Part>
  );
}

/** One grant: what it opens, to whom, for how long. */
export function GrantRow({ grant, isDisabled }: { readonly grant: Grant; readonly isDisabled: boolean }): ReactNode {
  const [revoking, revoke] = useAction('grant.revoke');
  return (
    <div className="request">
      <div className="request-words">
        <p>
          {grant.operations.join(', ')}{' '}
          {grant.object.startsWith('/') ? (
            <ShownPath value={grant.object} />
          ) : (
            <code>
              <Shown value={grant.object} />
            </code>
          )}
        </p>
        <p className="request-detail">
          <Claim value={grant.skillId} />
          {grant.until === null ? (
            <span>{text.grantLasts[grant.option]}</span>
          ) : (
            <Countdown from={grant.grantedAt} until={grant.until} words={text.approvals.left} />
          )}
        </p>
        {revoking.is === 'failed' && <ActionError title={text.approvals.failed} error={revoking.error} />}
      </div>
      <Button
        look="danger"
        aria-label={`${text.approvals.revoke}: ${visible(grant.object)}`}
        isDisabled={isDisabled || revoking.is === 'under-way'}
        onPress={() => revoke({ grant: grant.id })}
      >
        {text.approvals.revoke}
      </Button>
    </div>
  );
}

function RevokeAll({
  grants,
  isDisabled,
}: {
  readonly grants: readonly Grant[];
  readonly isDisabled: boolean;
}): ReactNode {
  const bridge = useBridge();
  const [asking, setAsking] = useState(false);
  const revokeAll = (): void => {
    for (const { id } of grants) void bridge.call('grant.revoke', { grant: id });
    setAsking(false);
  };
  return (
    <>
      <Button isDisabled={isDisabled} onPress={() => setAsking(true)}>
        {text.approvals.revokeAll}
      </Button>
      <ConfirmDialog
        isOpen={asking}
        title={text.approvals.revokeAllAsk(grants.length)}
        confirm={text.approvals.revokeAll}
        onConfirm={revokeAll}
        onCancel={() => setAsking(false)}
      >
        {text.approvals.revokeAllSays}
      </ConfirmDialog>
    </>
  );
}
