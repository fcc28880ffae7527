import type { ReactNode } from 'react';
import { broadGrants } from '../../../core/manifest/breadth.ts';
import type { Manifest } from '../../../core/manifest/schema.ts';
import { Shown } from '../../components/shown.tsx';
import { Tick } from '../../components/tick.tsx';
import { text } from '../../text/en.ts';
import type { DraftChange } from './draft.ts';

type Props = {
  /** What the draft makes of the manifest. */
  readonly manifest: Manifest;
  readonly change: (change: DraftChange) => void;
};

/** Grants of nearly everything have to be meant. Shown only where there are some, or were. */
export function BroadChoice({ manifest, change }: Props): ReactNode {
  const grants = [...new Set(broadGrants(manifest).map((grant) => grant.text))];
  const meant = manifest.permissions.broad === true;
  if (grants.length === 0 && !meant) return null;
  return (
    <div className="broad">
      <Tick isSelected={meant} onChange={(on) => change({ is: 'broad', on })}>
        <strong>{text.editor.broadMeant}</strong>
      </Tick>
      <p className="small">{grants.length === 0 ? text.editor.broadNone : text.editor.broadSays}</p>
      <ul className="broad-grants">
        {grants.map((grant) => (
          <li key={grant}>
            <code>
              <Shown value={grant} />
            </code>
          </li>
        ))}
      </ul>
    </div>
  );
}
