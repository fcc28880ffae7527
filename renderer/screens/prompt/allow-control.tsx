import type { PointerEvent, ReactNode } from 'react';
import { ALLOW_ZONE } from '../../../core/protocol/desktop.ts';
import { text } from '../../text/en.ts';
import type { Arming, ArmingEvent } from './arming.ts';
import './allow-control.css';

/** Fills the zone in which alone main takes a press as consent. */
const PLACE = {
  right: ALLOW_ZONE.right,
  bottom: ALLOW_ZONE.bottom,
  width: ALLOW_ZONE.width,
  height: ALLOW_ZONE.height,
};

type Props = {
  readonly arming: Arming;
  readonly dispatch: (event: ArmingEvent) => void;
  /** Whether it has been held long enough to be released. */
  readonly ripe: boolean;
  readonly describedBy: string;
};

/**
 * Held down by the pointer, then released. A plain button on purpose: it has no click, so Enter, Space, and whoever presses
 * buttons from outside, do nothing with it.
 */
export function AllowControl({ arming, dispatch, ripe, describedBy }: Props): ReactNode {
  const ready = arming.phase === 'armed' || arming.phase === 'holding';
  const press = (event: PointerEvent): void => {
    if (event.button === 0 && event.isPrimary) dispatch({ is: 'press', at: performance.now() });
  };
  return (
    <button
      type="button"
      className="allow"
      style={PLACE}
      data-phase={arming.phase}
      data-ripe={ripe || undefined}
      aria-disabled={!ready}
      aria-describedby={describedBy}
      onPointerDown={press}
      onPointerUp={() => dispatch({ is: 'release', at: performance.now() })}
      onPointerLeave={() => dispatch({ is: 'let-go' })}
      onPointerCancel={() => dispatch({ is: 'let-go' })}
      onContextMenu={(event) => event.preventDefault()}
    >
      <span className="allow-fill" aria-hidden="true" />
      <span className="allow-word">{wordFor(arming, ripe)}</span>
    </button>
  );
}

function wordFor({ phase }: Arming, ripe: boolean): string {
  switch (phase) {
    case 'unseen':
    case 'arming':
      return text.prompt.allowArming;
    case 'off':
      return text.prompt.allowOff;
    case 'armed':
      return text.prompt.allowHold;
    case 'holding':
      return ripe ? text.prompt.allowRelease : text.prompt.allowHolding;
    case 'sending':
      return text.prompt.allowSending;
  }
}
