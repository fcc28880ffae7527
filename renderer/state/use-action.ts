import { useCallback, useState } from 'react';
import type { DesktopCall, DesktopError, DesktopParams, DesktopResult } from '../../core/protocol/desktop.ts';
import { useBridge } from '../bridge.ts';

/** One call to main and how it stands. */
export type Action<C extends DesktopCall> =
  | { readonly is: 'idle' }
  | { readonly is: 'under-way' }
  | { readonly is: 'done'; readonly value: DesktopResult<C> }
  | { readonly is: 'failed'; readonly error: DesktopError };

/** Calls main when told to; the last call counts. */
export function useAction<C extends DesktopCall>(name: C): readonly [Action<C>, (params: DesktopParams<C>) => void] {
  const bridge = useBridge();
  const [action, setAction] = useState<Action<C>>({ is: 'idle' });
  const start = useCallback(
    (params: DesktopParams<C>) => {
      setAction({ is: 'under-way' });
      void bridge
        .call(name, params)
        .then((answer) =>
          setAction(answer.ok ? { is: 'done', value: answer.value } : { is: 'failed', error: answer.error }),
        );
    },
    [bridge, name],
  );
  return [action, start];
}
