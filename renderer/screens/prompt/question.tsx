import { type ReactNode, useEffect, useRef } from 'react';
import type { ApprovalRequest } from '../../../core/protocol/approval.ts';
import { mixesAlphabets, visiblePieces } from '../../../core/text/visible.ts';
import { Countdown } from '../../components/countdown.tsx';
import { Claims, FactList, KernelFacts } from '../../components/facts.tsx';
import { Icon } from '../../components/icon.tsx';
import { ProcessChain } from '../../components/process-chain.tsx';
import { Claim, ClaimedName, Shown, ShownPath } from '../../components/shown.tsx';
import { useDesktop } from '../../state/use-desktop.ts';
import { useNow } from '../../state/use-now.ts';
import { deedOf, objectOf } from '../../text/deed.ts';
import { text } from '../../text/en.ts';
import { moment } from '../../text/time.ts';
import { EndMark } from './end-mark.tsx';
import './question.css';

type Props = {
  readonly request: ApprovalRequest;
  readonly headingId: string;
  /** What it is about has been on screen to its end. */
  readonly onRead: () => void;
};

/** Who asks for what, and why it is asked: kernel's facts first, the agent's own words apart from them. */
export function Question({ request, headingId, onRead }: Props): ReactNode {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const held = request.status.state === 'held';
  return (
    <div className="question">
      <QuestionState request={request} />
      <h1 id={headingId} ref={heading} tabIndex={-1} className="question-title">
        {text.facts.skill} <ClaimedName value={request.skillId} />{' '}
        {held ? text.prompt.wants(deedOf(request)) : text.prompt.wanted(deedOf(request))}
      </h1>
      <AskedObject request={request} onRead={onRead} />
      <Said request={request} />
    </div>
  );
}

function QuestionState({ request: { status, askedAt } }: { readonly request: ApprovalRequest }): ReactNode {
  if (status.state === 'refused') {
    return (
      <p className="question-state question-refused">
        <Icon name="stop" />
        <span>
          <strong>{text.prompt.blocked}</strong> {text.because[status.because]}
        </span>
      </p>
    );
  }
  return (
    <p className="question-state">
      <Countdown
        from={askedAt}
        until={status.until}
        words={(left) => `${text.prompt.waits} ${text.prompt.refusedAt(left)}`}
        spoken={text.prompt.secondsLeft}
      />
    </p>
  );
}

function AskedObject({ request, onRead }: Pick<Props, 'request' | 'onRead'>): ReactNode {
  const { path, otherPath, call, operations, rule, chain, delegated } = request;
  const object = objectOf(request);
  return (
    <KernelFacts label={text.facts.kernel}>
      <p className="question-object">
        {path === null ? (
          <code>
            <Shown value={object} />
          </code>
        ) : (
          <ShownPath value={path} />
        )}
        {otherPath === null && <EndMark onSeen={onRead} />}
      </p>
      <Suspicion value={`${object}${otherPath ?? ''}`} />
      <FactList
        facts={[
          otherPath === null
            ? null
            : { name: text.facts.target, value: <OtherPath value={otherPath} onRead={onRead} /> },
          { name: text.facts.process, value: <ProcessChain chain={chain} /> },
          {
            name: text.facts.call,
            value: (
              <code>
                <Shown value={callWords(call, operations)} />
              </code>
            ),
          },
          delegated === undefined
            ? null
            : { name: text.facts.delegated, value: <Shown value={text.facts.holder(delegated)} /> },
          { name: text.facts.rule, value: <Rule rule={rule} /> },
        ]}
      />
    </KernelFacts>
  );
}

function OtherPath({ value, onRead }: { readonly value: string; readonly onRead: () => void }): ReactNode {
  return (
    <>
      <ShownPath value={value} />
      <EndMark onSeen={onRead} />
    </>
  );
}

/** `open (read, write)`; the call alone where it says the same. */
function callWords(call: string, operations: readonly string[]): string {
  const asked = operations.join(', ');
  return asked === call ? call : `${call} (${asked})`;
}

function Rule({ rule }: { readonly rule: ApprovalRequest['rule'] }): ReactNode {
  if (rule === null) return text.facts.noRule;
  return (
    <>
      <code className="question-rule">
        <Shown value={rule.text} />
      </code>{' '}
      <span className="question-pointer">
        <Shown value={rule.pointer} />
      </span>
    </>
  );
}

/** What a hurried eye would read over. */
function Suspicion({ value }: { readonly value: string }): ReactNode {
  const notes = [
    visiblePieces(value).some(({ escaped }) => escaped) && text.facts.escapes,
    mixesAlphabets(value) && text.facts.mixed,
  ].filter((note) => note !== false);
  return notes.map((note) => (
    <p key={note} className="question-suspicion">
      <Icon name="warn" />
      {note}
    </p>
  ));
}

function Said({ request }: { readonly request: ApprovalRequest }): ReactNode {
  const now = useNow(60_000);
  const session = useDesktop().sessions.find(({ id }) => id === request.session);
  return (
    <Claims label={text.facts.claims} note={text.facts.claimsNote}>
      <FactList
        facts={[
          {
            name: text.facts.skill,
            value: (
              <>
                <Claim value={request.skillId} />
                {session && (
                  <>
                    {' '}
                    <Shown value={session.skillVersion} />, {text.facts.signedByInline}{' '}
                    <Shown value={session.keyName} />
                  </>
                )}
              </>
            ),
          },
          session === undefined
            ? null
            : {
                name: text.facts.started,
                value: (
                  <>
                    {text.facts.startedIn(moment(session.startedAt, now))}{' '}
                    <ShownPath value={session.workingDirectory} />
                  </>
                ),
              },
          session === undefined
            ? null
            : {
                name: text.facts.command,
                value: (
                  <code>
                    <Shown value={session.command.join(' ')} />
                  </code>
                ),
              },
        ]}
      />
    </Claims>
  );
}
