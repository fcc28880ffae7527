import type { ReactNode } from 'react';
import type { ManifestView } from '../../../core/protocol/manifest.ts';
import type { Session } from '../../../core/protocol/session.ts';
import { visible } from '../../../core/text/visible.ts';
import { Banner } from '../../components/banner.tsx';
import { Icon } from '../../components/icon.tsx';
import { Shown } from '../../components/shown.tsx';
import { text } from '../../text/en.ts';

/** More would push the manifest itself out of sight. */
const REASONS_SHOWN = 8;

type Props = { readonly view: ManifestView; readonly session: Session };

/** Who vouches for the manifest, or why nobody does any more. */
export function SignatureBanner({ view, session }: Props): ReactNode {
  const { signature, changedSince } = view;
  return (
    <>
      {signature.state === 'valid' ? (
        <div className="signature-held">
          <Icon name="signed" />
          <div>
            <p className="banner-title">
              {signature.byThisMachine ? text.manifest.thisMachine : text.manifest.valid(visible(signature.keyName))}
            </p>
            <p className="quiet small">
              {signature.byThisMachine ? text.manifest.thisMachineSays : text.manifest.validSays}
            </p>
          </div>
        </div>
      ) : (
        <Banner tone="danger" icon="warn" title={text.manifest.refused}>
          <p>{session.trust === 'dropped' ? text.manifest.refusedDropped : text.manifest.refusedSays}</p>
          <Reasons reasons={signature.reasons} />
        </Banner>
      )}
      {changedSince && (
        <Banner tone="warn" icon="clock" title={text.manifest.changedSince}>
          <p>{text.manifest.changedSinceSays}</p>
        </Banner>
      )}
    </>
  );
}

function Reasons({ reasons }: { readonly reasons: readonly string[] }): ReactNode {
  const more = reasons.length - REASONS_SHOWN;
  return (
    <ul className="reasons">
      {reasons.slice(0, REASONS_SHOWN).map((reason) => (
        <li key={reason}>
          <Shown value={reason} />
        </li>
      ))}
      {more > 0 && <li>{text.manifest.moreReasons(more)}</li>}
    </ul>
  );
}
