import type { ReactNode } from 'react';
import type { ApprovalRequest } from '../../../core/protocol/approval.ts';
import { shortened, visible } from '../../../core/text/visible.ts';
import { useBridge } from '../../bridge.ts';
import { ActionError } from '../../components/action-error.tsx';
import { Button } from '../../components/button.tsx';
import { Countdown } from '../../components/countdown.tsx';
import { Icon } from '../../components/icon.tsx';
import { ClaimedName, Shown, ShownPath } from '../../components/shown.tsx';
import { useAction } from '../../state/use-action.ts';
import { isCurrent, useDesktop } from '../../state/use-desktop.ts';
import { deedOf, objectOf, programName } from '../../text/deed.ts';
import { text } from '../../text/en.ts';
import './request-row.css';

/** One question. It can be denied here; allowing is done in the prompt's own window. */
export function RequestRow({ request }: { readonly request: ApprovalRequest }): ReactNode {
  const bridge = useBridge();
  const disabled = !isCurrent(useDesktop().link);
  const [denial, deny] = useAction('answer');
  const held = request.status.state === 'held';
  const object = visible(objectOf(request));
  return (
    <div className="request">
      <div className="request-words">
        <p className="request-title">
          {text.facts.skill} <ClaimedName value={request.skillId} />{' '}
          {held ? text.prompt.wants(deedOf(request)) : text.prompt.wanted(deedOf(request))}
        </p>
        <p className="request-object">
          {request.path === null ? (
            <code>
              <Shown value={objectOf(request)} />
            </code>
          ) : (
            <ShownPath value={request.path} />
          )}
        </p>
        <p className="request-detail">
          <RequestState request={request} /> <Actor request={request} />
        </p>
        {denial.is === 'failed' && <ActionError title={text.approvals.failed} error={denial.error} />}
      </div>
      <div className="request-buttons">
        <Button
          aria-label={`${text.approvals.deny}: ${object}`}
          isDisabled={disabled || denial.is === 'under-way'}
          onPress={() => deny({ id: request.id, option: 'deny' })}
        >
          {text.approvals.deny}
        </Button>
        <Button
          look={held ? 'strong' : 'plain'}
          aria-label={`${text.approvals.review}: ${object}`}
          isDisabled={disabled}
          onPress={() => void bridge.call('prompt.open', {})}
        >
          {text.approvals.review}
        </Button>
      </div>
    </div>
  );
}

function RequestState({ request: { status, askedAt } }: { readonly request: ApprovalRequest }): ReactNode {
  if (!isCurrent(useDesktop().link)) return <span>{text.approvals.unknownNow}</span>;
  if (status.state === 'held') return <Countdown from={askedAt} until={status.until} words={text.approvals.left} />;
  return (
    <span className="request-refused">
      <Icon name="stop" />
      {text.because[status.because]}
    </span>
  );
}

function Actor({ request: { chain } }: { readonly request: ApprovalRequest }): ReactNode {
  const actor = chain[0];
  if (actor === undefined) return null;
  return (
    <span>
      <Shown value={shortened(programName(actor.executable) ?? text.unknownProgram, 40)} /> ({actor.pid})
    </span>
  );
}
