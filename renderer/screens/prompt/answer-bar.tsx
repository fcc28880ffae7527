import { type ReactNode, useEffect, useId, useState } from 'react';
import type { ApprovalOption, ApprovalRequest } from '../../../core/protocol/approval.ts';
import { HOLD_MS } from '../../../core/protocol/desktop.ts';
import { Button } from '../../components/button.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { text } from '../../text/en.ts';
import { AllowControl } from './allow-control.tsx';
import { type Arming, type ArmingEvent, UNSEEN } from './arming.ts';
import './answer-bar.css';

export type AllowOption = Exclude<ApprovalOption, 'deny'>;

type Props = {
  readonly request: ApprovalRequest;
  readonly arming: Arming;
  /** Whether what is asked has been on screen to its end. */
  readonly isRead: boolean;
  readonly dispatch: (event: ArmingEvent) => void;
  readonly option: AllowOption | null;
  readonly choose: (option: AllowOption) => void;
  readonly deny: () => void;
  /** Why nothing can be allowed by this copy; null: it can. */
  readonly allowRefused: string | null;
};

/** Deny by one press; Allow by the pointer held down, or by letters. */
export function AnswerBar(props: Props): ReactNode {
  const { request, isRead, dispatch, option, choose, deny, allowRefused } = props;
  const arming = isRead ? props.arming : UNSEEN;
  const hint = useId();
  const ripe = useRipe(arming);
  const choices = allowOptions(request).map((value) => ({ value, label: text.options[value] }));
  return (
    <footer className="answer-bar">
      {/* First by keyboard though last to the eye: denying is what needs no thought. */}
      <div className="answer-buttons">
        <Button onPress={deny} isDisabled={arming.phase === 'sending'} aria-keyshortcuts="Alt+D">
          {text.prompt.deny}
          <span className="key" aria-hidden="true">
            Alt D
          </span>
        </Button>
      </div>
      {option !== null && allowRefused === null && (
        <Segmented
          label={text.prompt.scope}
          choices={choices}
          value={option}
          onChange={choose}
          note={text.optionMeans[option]}
          isDisabled={arming.phase === 'sending'}
        />
      )}
      <div id={hint} className="answer-hint">
        {allowRefused === null ? <Chord arming={arming} isRead={isRead} /> : `${text.prompt.viewOnly}.`}
      </div>
      {option !== null && (
        <AllowControl
          arming={allowRefused === null ? arming : { phase: 'off' }}
          dispatch={dispatch}
          ripe={ripe}
          describedBy={hint}
        />
      )}
      <span className="visually-hidden" aria-live="polite">
        {arming.phase === 'armed' && arming.typed === '' && allowRefused === null ? text.prompt.armed : ''}
      </span>
    </footer>
  );
}

/** What the question offers beside denying it. */
export function allowOptions(request: ApprovalRequest): AllowOption[] {
  return request.options.filter((option) => option !== 'deny');
}

function Chord({ arming, isRead }: Pick<Props, 'arming' | 'isRead'>): ReactNode {
  const code = 'code' in arming ? arming.code : '';
  const typed = arming.phase === 'armed' ? arming.typed.length : 0;
  if (!isRead) return text.prompt.readFirst;
  if (code === '') return text.prompt.chordSoon;
  return (
    <>
      <span className="answer-chord" aria-hidden="true">
        {text.prompt.chordOr}
        {[...code].map((letter, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the letters of one code never move
          <kbd key={index} className="key" data-typed={index < typed || undefined}>
            {letter}
          </kbd>
        ))}
        {text.prompt.chordThen}
        <kbd className="key">Ctrl</kbd>
        <kbd className="key">Enter</kbd>
      </span>
      <span className="visually-hidden">{text.prompt.chordSpoken([...code].join(' '))}</span>
    </>
  );
}

/** Whether the control has been held for long enough. */
function useRipe(arming: Arming): boolean {
  const since = arming.phase === 'holding' ? arming.since : null;
  const [ripe, setRipe] = useState(false);
  useEffect(() => {
    setRipe(false);
    if (since === null) return;
    const timer = setTimeout(() => setRipe(true), HOLD_MS - (performance.now() - since) + 1);
    return () => clearTimeout(timer);
  }, [since]);
  return ripe && since !== null;
}
