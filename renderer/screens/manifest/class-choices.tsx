import type { ReactNode } from 'react';
import { APPROVAL_CLASSES } from '../../../core/manifest/schema.ts';
import { Tick } from '../../components/tick.tsx';
import { text } from '../../text/en.ts';
import type { Draft, DraftChange } from './draft.ts';

type Props = { readonly draft: Draft; readonly change: (change: DraftChange) => void };

/** What is asked about wherever it happens. */
export function ClassChoices({ draft, change }: Props): ReactNode {
  return (
    <fieldset className="entry-list">
      <legend>{text.manifest.classAsks}</legend>
      <div className="ticks">
        {APPROVAL_CLASSES.map((name) => {
          const { words, places } = text.manifest.classes[name];
          return (
            <Tick
              key={name}
              isSelected={draft.classes.includes(name)}
              onChange={(on) => change({ is: 'class', name, on })}
            >
              {words}
              {places !== '' && <span className="tick-note">{places}</span>}
            </Tick>
          );
        })}
      </div>
    </fieldset>
  );
}
