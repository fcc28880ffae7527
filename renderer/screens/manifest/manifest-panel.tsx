import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { parseManifest } from '../../../core/manifest/parse.ts';
import type { ManifestView } from '../../../core/protocol/manifest.ts';
import type { Session } from '../../../core/protocol/session.ts';
import { ActionError } from '../../components/action-error.tsx';
import { Banner } from '../../components/banner.tsx';
import { Button } from '../../components/button.tsx';
import { Shown } from '../../components/shown.tsx';
import { useDraft, useManifest, useManifestShelf } from '../../state/manifests.ts';
import { text } from '../../text/en.ts';
import { draftOf } from './draft.ts';
import { ManifestEditor } from './manifest-editor.tsx';
import { RawManifest } from './raw-manifest.tsx';
import { SignatureBanner } from './signature-banner.tsx';
import { Summary } from './summary.tsx';
import './manifest.css';

/** What a session is held to, and the way to change it. */
export function ManifestPanel({ session }: { readonly session: Session }): ReactNode {
  const shelf = useManifestShelf();
  const manifest = useManifest(session.id);
  const { id } = session;
  // What was read for the list may be old by now.
  useEffect(() => {
    if (shelf.read(id) !== undefined) shelf.renew(id);
  }, [shelf, id]);
  if (manifest === undefined) return <p className="quiet">{text.manifest.reading}</p>;
  if (!manifest.ok) {
    return (
      <div className="manifest">
        <ActionError title={text.manifest.failed} error={manifest.error} />
        <div>
          <Button onPress={() => shelf.renew(id)}>{text.history.again}</Button>
        </div>
      </div>
    );
  }
  return <ManifestBody session={session} view={manifest.value} />;
}

function ManifestBody({ session, view }: { readonly session: Session; readonly view: ManifestView }): ReactNode {
  const parsed = useMemo(() => parseManifest(new TextEncoder().encode(view.text)), [view.text]);
  const shelf = useManifestShelf();
  const draft = useDraft(session.id);
  const [signedPath, setSignedPath] = useState<string | null>(null);
  if (!parsed.ok) {
    return (
      <div className="manifest">
        <Banner tone="danger" icon="warn" title={text.manifest.unreadable}>
          <p>
            <Shown value={parsed.error.message} />
          </p>
        </Banner>
        <RawManifest value={view.text} />
      </div>
    );
  }
  if (draft !== null) {
    const signed = (path: string): void => {
      shelf.keepDraft(session.id, null);
      shelf.renew(session.id);
      setSignedPath(path);
    };
    return <ManifestEditor session={session} base={parsed.value} draft={draft} onSigned={signed} />;
  }
  return (
    <div className="manifest">
      {signedPath !== null && (
        <Banner tone="plain" icon="signed" urgent title={text.editor.signed}>
          <p>
            <Shown value={text.editor.signedSays(signedPath)} />
          </p>
        </Banner>
      )}
      <SignatureBanner view={view} session={session} />
      <Summary manifest={parsed.value} warnings={parsed.warnings} session={session} />
      <div>
        <Button
          icon="pen"
          onPress={() => {
            setSignedPath(null);
            shelf.keepDraft(session.id, draftOf(parsed.value));
          }}
        >
          {text.manifest.edit}
        </Button>
      </div>
      <RawManifest value={view.text} />
    </div>
  );
}
