import { type ReactNode, useEffect, useState } from 'react';
import type { ApprovalId } from '../../../core/protocol/approval.ts';
import { useBridge } from '../../bridge.ts';
import { IconButton } from '../../components/button.tsx';
import { ConnectionBanner } from '../../components/connection-banner.tsx';
import { Mark } from '../../components/icon.tsx';
import { isCurrent, useDesktop } from '../../state/use-desktop.ts';
import { text } from '../../text/en.ts';
import { Asking } from './asking.tsx';
import { NothingWaits } from './nothing-waits.tsx';
import { arrange, type Place, placeIn } from './queue.ts';
import { ResultStrip } from './result-strip.tsx';
import './prompt-window.css';

/** The window that is raised when an agent asks. */
export function PromptWindow(): ReactNode {
  const state = useDesktop();
  const queue = isCurrent(state.link) ? arrange(state.approvals) : [];
  const { place, previous, show } = usePlace(queue);
  useEscape();
  const before = (
    <div className="prompt-notices">
      <ConnectionBanner state={state} />
      {previous !== null && <ResultStrip id={previous} />}
    </div>
  );
  return (
    <div className="prompt">
      <header className="prompt-head">
        <Mark />
        <p className="prompt-name">{text.prompt.title}</p>
        {place !== null && place.count > 1 && <QueueSteps place={place} queue={queue} show={show} />}
      </header>
      {place === null ? (
        <NothingWaits before={before} />
      ) : (
        <Asking key={place.current.id} place={place} before={before} />
      )}
    </div>
  );
}

type Queue = ReturnType<typeof arrange>;

/** Which question is on screen, and the one that was there before it ended. */
function usePlace(queue: Queue): {
  readonly place: Place | null;
  readonly previous: ApprovalId | null;
  readonly show: (id: ApprovalId) => void;
} {
  const [pinned, setPinned] = useState<{ readonly id: ApprovalId | null; readonly index: number }>({
    id: null,
    index: 0,
  });
  const [previous, setPrevious] = useState<ApprovalId | null>(null);
  const place = placeIn(queue, pinned.id, pinned.index);
  const id = place?.current.id ?? null;
  const index = place?.index ?? 0;
  if (id !== pinned.id || index !== pinned.index) {
    const over = pinned.id !== null && id !== pinned.id && !queue.some((request) => request.id === pinned.id);
    if (over) setPrevious(pinned.id);
    setPinned({ id, index });
  }
  return {
    place,
    previous,
    show: (next) => setPinned({ id: next, index: queue.findIndex((each) => each.id === next) }),
  };
}

function QueueSteps(props: {
  readonly place: Place;
  readonly queue: Queue;
  readonly show: (id: ApprovalId) => void;
}): ReactNode {
  const { place, queue, show } = props;
  const to = (index: number): void => {
    const request = queue[index];
    if (request !== undefined) show(request.id);
  };
  return (
    <nav className="prompt-steps" aria-label={text.prompt.waiting(place.count)}>
      <IconButton
        icon="previous"
        label={text.prompt.previous}
        isDisabled={place.index === 0}
        onPress={() => to(place.index - 1)}
      />
      <span className="prompt-position">{text.prompt.position(place.index + 1, place.count)}</span>
      <IconButton
        icon="next"
        label={text.prompt.next}
        isDisabled={place.index === place.count - 1}
        onPress={() => to(place.index + 1)}
      />
    </nav>
  );
}

/** Esc leaves everything open: nothing is answered. */
function useEscape(): void {
  const bridge = useBridge();
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && !event.repeat) void bridge.call('prompt.leave', {});
    };
    window.addEventListener('keydown', pressed);
    return () => window.removeEventListener('keydown', pressed);
  }, [bridge]);
}
