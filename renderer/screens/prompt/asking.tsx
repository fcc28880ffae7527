import { type ReactNode, useCallback, useEffect, useId, useReducer, useRef, useState } from 'react';
import type { ApprovalOption } from '../../../core/protocol/approval.ts';
import type { DesktopError } from '../../../core/protocol/desktop.ts';
import { useBridge } from '../../bridge.ts';
import { Banner } from '../../components/banner.tsx';
import { SessionBanners } from '../../components/session-notices.tsx';
import { Shown } from '../../components/shown.tsx';
import { useDesktop } from '../../state/use-desktop.ts';
import { text } from '../../text/en.ts';
import { type AllowOption, AnswerBar, allowOptions } from './answer-bar.tsx';
import { Question } from './question.tsx';
import type { Place } from './queue.ts';
import { useArming } from './use-arming.ts';
import { usePromptKeys } from './use-prompt-keys.ts';
import { useScrollKeys } from './use-scroll-keys.ts';

/** One question with its answers. Mounted anew for each question. */
export function Asking({ place, before }: { readonly place: Place; readonly before: ReactNode }): ReactNode {
  const { current: request, index } = place;
  const { answering, sessions } = useDesktop();
  const session = sessions.find(({ id }) => id === request.session);
  const heading = useId();
  const [option, choose] = useState<AllowOption | null>(allowOptions(request)[0] ?? null);
  // main's consent is used up by an answer that did not get through: the question is shown to it anew
  const [attempt, failed] = useReducer((before: number) => before + 1, 0);
  const [arming, dispatch] = useArming(request.id, `${request.id} ${index} ${request.status.state} ${attempt}`);
  const [failure, answer] = useAnswer(place, failed);
  const deny = useCallback(() => answer('deny'), [answer]);
  const allowRefused = answering.state === 'view-only' ? answering.reason : null;
  const [isRead, setRead] = useState(false);
  const byHand = allowRefused === null && isRead ? dispatch : ignore;
  useScrollKeys();
  usePromptKeys({ arming, dispatch: byHand, deny });

  const sending = arming.phase === 'sending';
  useEffect(() => {
    if (sending && option !== null && allowRefused === null) answer(option);
  }, [sending, option, allowRefused, answer]);

  return (
    <main className="asking">
      <div className="asking-dialog" data-scrolls="" role="alertdialog" aria-labelledby={heading}>
        <Scrolling>
          {before}
          {session && <SessionBanners session={session} />}
          {failure && (
            <Banner tone="danger" icon="warn" urgent title={text.prompt.failed}>
              <p>
                <Shown value={failure.message} />
              </p>
              {failure.remedy && (
                <p>
                  <Shown value={failure.remedy} />
                </p>
              )}
            </Banner>
          )}
          <Question request={request} headingId={heading} onRead={() => setRead(true)} />
        </Scrolling>
        <AnswerBar {...{ request, arming, isRead, dispatch: byHand, option, choose, deny, allowRefused }} />
      </div>
    </main>
  );
}

/** The hand on a copy that may not allow, or before what is asked was on screen to its end. */
function ignore(): void {}

type Answer = (option: ApprovalOption) => void;

/** Sends answers, one at a time; what went wrong with the last one. */
function useAnswer({ current: { id } }: Place, failed: () => void): readonly [DesktopError | null, Answer] {
  const bridge = useBridge();
  const [failure, setFailure] = useState<DesktopError | null>(null);
  const underWay = useRef(false);
  const onFailed = useRef(failed);
  onFailed.current = failed;
  const answer = useCallback<Answer>(
    (option) => {
      if (underWay.current) return;
      underWay.current = true;
      setFailure(null);
      void bridge.call('answer', { id, option }).then((result) => {
        underWay.current = false;
        if (result.ok) return;
        setFailure(result.error);
        onFailed.current();
      });
    },
    [bridge, id],
  );
  return [failure, answer];
}

/** Scrolls what does not fit; reachable by keyboard exactly then. */
function Scrolling({ children }: { readonly children: ReactNode }): ReactNode {
  const box = useRef<HTMLElement>(null);
  const [overflows, setOverflows] = useState(false);
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const look = (): void => setOverflows(element.scrollHeight > element.clientHeight + 1);
    const observer = new ResizeObserver(look);
    observer.observe(element);
    for (const child of element.children) observer.observe(child);
    return () => observer.disconnect();
  }, []);
  return (
    <section
      ref={box}
      className="asking-scroll"
      data-scrolls=""
      aria-label={text.prompt.details}
      tabIndex={overflows ? 0 : undefined}
    >
      {children}
    </section>
  );
}
