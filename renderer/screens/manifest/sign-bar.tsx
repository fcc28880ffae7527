import { type ReactNode, useEffect, useRef } from 'react';
import type { Manifest } from '../../../core/manifest/schema.ts';
import type { Session } from '../../../core/protocol/session.ts';
import { ActionError } from '../../components/action-error.tsx';
import { Button } from '../../components/button.tsx';
import { useAction } from '../../state/use-action.ts';
import { isCurrent, useDesktop } from '../../state/use-desktop.ts';
import { text } from '../../text/en.ts';
import { type Draft, draftText } from './draft.ts';
import { type DraftProblems, isSignable } from './draft-problems.ts';

type Props = {
  readonly session: Session;
  readonly base: Manifest;
  readonly draft: Draft;
  readonly problems: DraftProblems;
  readonly onSigned: (path: string) => void;
};

/** Sends the draft to be signed. Whatever comes of it, the draft is kept until it is signed. */
export function SignBar({ session, base, draft, problems, onSigned }: Props): ReactNode {
  const connected = isCurrent(useDesktop().link);
  const [signing, sign] = useAction('manifest.sign');
  const done = useRef(onSigned);
  done.current = onSigned;
  const path = signing.is === 'done' ? signing.value.path : null;
  useEffect(() => {
    if (path !== null) done.current(path);
  }, [path]);
  const broken = [...problems.values()].filter((list) => list.some(({ refused }) => refused)).length;
  const underWay = signing.is === 'under-way';
  return (
    <div className="sign-bar">
      {signing.is === 'failed' && <ActionError title={text.editor.failed} error={signing.error} />}
      <p className="quiet small" role="status">
        {broken > 0 ? text.editor.broken(broken) : connected ? text.editor.signSays : text.editor.notNow}
      </p>
      <div>
        <Button
          look="strong"
          icon="signed"
          isDisabled={!connected || underWay || !isSignable(problems)}
          onPress={() => sign({ session: session.id, draft: draftText(base, draft) })}
        >
          {underWay ? text.editor.signing : text.editor.sign}
        </Button>
      </div>
    </div>
  );
}
