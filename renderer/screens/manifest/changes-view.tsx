import type { ReactNode } from 'react';
import { Icon } from '../../components/icon.tsx';
import { Shown } from '../../components/shown.tsx';
import { text } from '../../text/en.ts';
import type { Change } from './changes.ts';

const SIGNS = { widens: 'warn', narrows: 'status', neutral: 'pen' } as const;

/** What a draft changes, in words; what widens is amber and says so. */
export function Changes({ changes }: { readonly changes: readonly Change[] }): ReactNode {
  return (
    <section className="changes" aria-label={text.editor.changes} aria-live="polite">
      <h3>{text.editor.changes}</h3>
      {changes.length === 0 ? (
        <p className="quiet small">{text.editor.noChanges}</p>
      ) : (
        <ul>
          {changes.map(({ effect, words, object }) => (
            <li key={`${words} ${object}`} className="change" data-effect={effect}>
              <span className="change-effect">
                <Icon name={SIGNS[effect]} />
                {text.editor[effect]}
              </span>
              <span>
                {words}
                {object !== null && (
                  <>
                    {' '}
                    <code>
                      <Shown value={object} />
                    </code>
                  </>
                )}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
