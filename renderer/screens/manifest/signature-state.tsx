import type { ReactNode } from 'react';
import type { SessionId } from '../../../core/protocol/scalars.ts';
import { Icon } from '../../components/icon.tsx';
import { useManifest } from '../../state/manifests.ts';
import { text } from '../../text/en.ts';

/** In two words; the manifest's own view has the reasons. */
export function SignatureState({ session }: { readonly session: SessionId }): ReactNode {
  const manifest = useManifest(session);
  if (manifest === undefined || !manifest.ok) {
    return (
      <span className="signature">
        <Icon name="question" />
        {text.manifest.short.unknown}
      </span>
    );
  }
  const { signature } = manifest.value;
  const valid = signature.state === 'valid';
  const words = signature.state === 'valid' && signature.byThisMachine ? 'machine' : signature.state;
  return (
    <span className="signature" data-state={signature.state}>
      <Icon name={valid ? 'signed' : 'warn'} />
      {text.manifest.short[words]}
    </span>
  );
}
