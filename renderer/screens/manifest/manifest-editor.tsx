import { type ReactNode, useMemo, useState } from 'react';
import type { Manifest } from '../../../core/manifest/schema.ts';
import type { Session } from '../../../core/protocol/session.ts';
import { Button } from '../../components/button.tsx';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { useManifestShelf } from '../../state/manifests.ts';
import { text } from '../../text/en.ts';
import { changesBetween } from './changes.ts';
import { Changes } from './changes-view.tsx';
import { changeDraft, type Draft, type DraftChange, type ListName, manifestOf, POINTERS, problemsOf } from './draft.ts';
import { EntryList, Problems, VersionField } from './entry-list.tsx';
import { SignBar } from './sign-bar.tsx';

const GRANTED = ['read', 'write', 'exec', 'egress'] as const satisfies readonly ListName[];
const ASKED = ['askRead', 'askWrite', 'askExec', 'askEgress'] as const satisfies readonly ListName[];

type Props = {
  readonly session: Session;
  readonly base: Manifest;
  readonly draft: Draft;
  readonly onSigned: (path: string) => void;
};

/** Permissions as lists of fields. The draft lives outside, so that leaving the screen loses nothing. */
export function ManifestEditor({ session, base, draft, onSigned }: Props): ReactNode {
  const shelf = useManifestShelf();
  const problems = useMemo(() => problemsOf(base, draft), [base, draft]);
  const changes = useMemo(() => changesBetween(base, manifestOf(base, draft)), [base, draft]);
  const change = (next: DraftChange): void => shelf.keepDraft(session.id, changeDraft(draft, next));
  const list = (name: ListName): ReactNode => (
    <EntryList
      key={name}
      name={name}
      rows={draft.lists[name]}
      problemsAt={(index) => problems.get(`${POINTERS[name]}[${index}]`) ?? []}
      ownProblems={problems.get(POINTERS[name]) ?? []}
      change={change}
    />
  );
  return (
    <div className="manifest">
      <header className="editor-head">
        <div>
          <h3>{text.editor.title}</h3>
          <p className="quiet small">{text.editor.says}</p>
        </div>
        <Discard discard={() => shelf.keepDraft(session.id, null)} asks={changes.length > 0} />
      </header>
      <Problems title={text.editor.whole} problems={problems.get('') ?? []} />
      <VersionField value={draft.version} problems={problems.get('version') ?? []} change={change} />
      <section className="editor-group" aria-label={text.manifest.granted}>
        <h3>{text.manifest.granted}</h3>
        {GRANTED.map(list)}
      </section>
      <section className="editor-group" aria-label={text.manifest.asked}>
        <h3>{text.manifest.asked}</h3>
        {ASKED.map(list)}
      </section>
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
