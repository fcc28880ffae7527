import type { ReactNode } from 'react';
import type { ManifestWarning } from '../../../core/manifest/problem.ts';
import type { Manifest } from '../../../core/manifest/schema.ts';
import type { Session } from '../../../core/protocol/session.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { Icon, type IconName } from '../../components/icon.tsx';
import { Shown } from '../../components/shown.tsx';
import { text } from '../../text/en.ts';
import { type EntryNote, type SummaryEntry, type SummaryGroup, summaryOf } from './summary-rows.ts';
import './summary.css';

type Props = {
  readonly manifest: Manifest;
  readonly warnings: readonly ManifestWarning[];
  /** What it is held to, and how. */
  readonly session: Session;
};

/** All that a manifest says, in plain words. */
export function Summary({ manifest, warnings, session }: Props): ReactNode {
  const groups = summaryOf(manifest, warnings);
  return (
    <div className="summary">
      {manifest.description !== undefined && (
        <p className="summary-description">
          <q className="claim">
            <Shown value={manifest.description} />
          </q>
        </p>
      )}
      {!groups.some(({ is }) => is === 'grants') && <p>{text.manifest.nothing}</p>}
      {groups.map((group) => (
        <Group key={group.is} group={group} isGone={group.is === 'grants' && session.trust === 'dropped'} />
      ))}
      <Rest manifest={manifest} session={session} />
    </div>
  );
}

const TITLES: Readonly<Record<SummaryGroup['is'], { readonly words: string; readonly icon: IconName }>> = {
  grants: { words: text.manifest.granted, icon: 'check' },
  asks: { words: text.manifest.asked, icon: 'question' },
  denies: { words: text.manifest.denied, icon: 'stop' },
  limits: { words: text.manifest.limited, icon: 'gauge' },
  about: { words: text.manifest.about, icon: 'note' },
};

function Group({ group, isGone }: { readonly group: SummaryGroup; readonly isGone: boolean }): ReactNode {
  const { words, icon } = isGone ? ({ words: text.manifest.grantedGone, icon: 'warn' } as const) : TITLES[group.is];
  return (
    <section className="summary-group" data-is={group.is} data-gone={isGone || undefined} aria-label={words}>
      <h3 className="summary-title">
        <Icon name={icon} />
        {words}
      </h3>
      <dl>
        {group.rows.map(({ label, entries }) => (
          <div key={label} className="summary-row">
            <dt>
              <Shown value={label} />
            </dt>
            <dd>
              <ul>
                {entries.map((entry) => (
                  <li key={`${entry.text} ${entry.sha256}`} className="summary-entry">
                    <Entry entry={entry} />
                  </li>
                ))}
              </ul>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

const NOTES: Readonly<Record<EntryNote, string>> = {
  broad: text.manifest.broad,
  unknown: text.manifest.unknownField,
};

function Entry({ entry }: { readonly entry: SummaryEntry }): ReactNode {
  const { text: words, isQuoted, sha256, detail, code, note } = entry;
  return (
    <>
      {isQuoted ? (
        <code>
          <Shown value={words} />
        </code>
      ) : (
        <span>{words}</span>
      )}
      {code !== undefined && (
        <span className="summary-detail">
          {detail} <code>{code}</code>
        </span>
      )}
      {note !== undefined && <span className="summary-note">{NOTES[note]}</span>}
      {sha256 !== undefined && <Content sha256={sha256} />}
    </>
  );
}

/** Digits of a hash that stand for it in one line. */
const HASH_SHOWN = 12;

function Content({ sha256 }: { readonly sha256: string }): ReactNode {
  return (
    <details className="summary-content">
      <summary title={sha256}>{text.manifest.onlyContent(sha256.slice(0, HASH_SHOWN))}</summary>
      <span className="summary-hash">
        <code>{sha256}</code>
        <CopyButton value={sha256} what={text.manifest.wholeHash} />
      </span>
    </details>
  );
}

/** What becomes of all that was not named. */
function Rest({ manifest, session }: Pick<Props, 'manifest' | 'session'>): ReactNode {
  const kills = manifest.on_violation === 'kill';
  const { mode = 'enforce' } = session;
  if (mode !== 'enforce') {
    const says = mode === 'audit' ? text.manifest.unheld : kills ? text.manifest.auditedKill : text.manifest.audited;
    return <p className="summary-audited small">{says}</p>;
  }
  return (
    <div className="quiet small">
      <p>{kills ? text.manifest.kill : text.manifest.rest}</p>
      {manifest.mode === 'audit' && <p>{text.manifest.auditAsked}</p>}
    </div>
  );
}
