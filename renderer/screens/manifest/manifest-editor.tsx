import { type ReactNode, useMemo, useState } from 'react';
import type { Manifest } from '../../../core/manifest/schema.ts';
import type { Session } from '../../../core/protocol/session.ts';
import { Button } from '../../components/button.tsx';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { useManifestShelf } from '../../state/manifests.ts';
import { text } from '../../text/en.ts';
import { BroadChoice } from './broad-choice.tsx';
import { changesBetween } from './changes.ts';
import { Changes } from './changes-view.tsx';
import { ClassChoices } from './class-choices.tsx';
import { changeDraft, type Draft, type DraftChange, manifestOf } from './draft.ts';
import { isSignable, problemsOf } from './draft-problems.ts';
import { Problems } from './field-problems.tsx';
import { KeptParts } from './kept-parts.tsx';
import { LimitFields } from './limit-fields.tsx';
import { ListGroup } from './list-group.tsx';
import { SignBar } from './sign-bar.tsx';
import { VersionField } from './version-field.tsx';
import './editor.css';

type Props = {
  readonly session: Session;
  readonly base: Manifest;
  readonly draft: Draft;
  readonly onSigned: (path: string) => void;
};

/** What a manifest says as fields. The draft lives outside, so that leaving the screen loses nothing. */
export function ManifestEditor({ session, base, draft, onSigned }: Props): ReactNode {
  const shelf = useManifestShelf();
  const problems = useMemo(() => problemsOf(base, draft), [base, draft]);
  const drafted = useMemo(() => manifestOf(base, draft), [base, draft]);
  const changes = useMemo(() => changesBetween(base, drafted), [base, drafted]);
  const change = (next: DraftChange): void => shelf.keepDraft(session.id, changeDraft(draft, next));
  const fields = { draft, problems, change };
  return (
    <div className="manifest">
      <header className="editor-head">
        <div>
          <h3>{text.editor.title}</h3>
          <p className="quiet small">{text.editor.says}</p>
        </div>
        <Discard discard={() => shelf.keepDraft(session.id, null)} asks={changes.length > 0 || !isSignable(problems)} />
      </header>
      <Problems title={text.editor.whole} problems={problems.get('') ?? []} />
      <VersionField value={draft.version} problems={problems.get('version') ?? []} change={change} />
      <ListGroup title={text.manifest.granted} icon="check" effect="grants" {...fields}>
        <BroadChoice manifest={drafted} change={change} />
      </ListGroup>
      <ListGroup title={text.manifest.asked} icon="question" effect="asks" {...fields}>
        <ClassChoices draft={draft} change={change} />
      </ListGroup>
      <ListGroup title={text.manifest.denied} icon="stop" effect="denies" {...fields} />
      <LimitFields {...fields} />
      <KeptParts manifest={base} />
      <Changes changes={changes} />
      <SignBar session={session} base={base} draft={draft} problems={problems} onSigned={onSigned} />
    </div>
  );
}

/** Asks first when there is something to lose. */
function Discard({ discard, asks }: { readonly discard: () => void; readonly asks: boolean }): ReactNode {
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button look="quiet" onPress={() => (asks ? setAsking(true) : discard())}>
        {text.editor.discard}
      </Button>
      <ConfirmDialog
        isOpen={asking}
        title={text.editor.discardAsk}
        confirm={text.editor.discard}
        onConfirm={discard}
        onCancel={() => setAsking(false)}
      >
        {text.editor.discardSays}
      </ConfirmDialog>
    </>
  );
}
