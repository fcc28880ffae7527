import type { ReactNode } from 'react';
import type { Manifest } from '../../../core/manifest/schema.ts';
import { Shown } from '../../components/shown.tsx';
import { text } from '../../text/en.ts';
import { type ListName, listsOf } from './draft.ts';

const GRANTED = ['read', 'write', 'exec', 'egress'] as const satisfies readonly ListName[];
const ASKED = ['askRead', 'askWrite', 'askExec', 'askEgress'] as const satisfies readonly ListName[];

/** What a manifest allows, in plain words. */
export function Summary({ manifest }: { readonly manifest: Manifest }): ReactNode {
  const lists = listsOf(manifest.permissions);
  const asked = ASKED.filter((name) => lists[name].length > 0);
  return (
    <div className="summary">
      {manifest.description !== undefined && (
        <p className="summary-description">
          <q className="claim">
            <Shown value={manifest.description} />
          </q>
        </p>
      )}
      <dl className="summary-lists">
        {[...GRANTED, ...asked].map((name) => (
          <div key={name} className="summary-list" data-asked={name.startsWith('ask') || undefined}>
            <dt>{text.manifest.may[name]}</dt>
            <dd>
              <Entries entries={lists[name]} />
            </dd>
          </div>
        ))}
      </dl>
      <p className="quiet small">{manifest.on_violation === 'kill' ? text.manifest.kill : text.manifest.rest}</p>
    </div>
  );
}

function Entries({ entries }: { readonly entries: readonly string[] }): ReactNode {
  if (entries.length === 0) return <span className="quiet">{text.manifest.nothing}</span>;
  return (
    <ul>
      {[...new Set(entries)].map((entry) => (
        <li key={entry}>
          <code>
            <Shown value={entry} />
          </code>
        </li>
      ))}
    </ul>
  );
}
