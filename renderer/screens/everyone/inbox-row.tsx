import { type ReactNode, useState } from 'react';
import { PLACED_LOCATIONS } from '../../../core/policy/catalogue.ts';
import type { InboxEntry } from '../../../core/protocol/everyone.ts';
import { visible } from '../../../core/text/visible.ts';
import { ActionError } from '../../components/action-error.tsx';
import { Button } from '../../components/button.tsx';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Claim, Shown, ShownPath } from '../../components/shown.tsx';
import { useAction } from '../../state/use-action.ts';
import { useNow } from '../../state/use-now.ts';
import { text } from '../../text/en.ts';
import { moment } from '../../text/time.ts';

/** A program at a location: what it is, where it reached, and what can be done about it. */
export function InboxRow({ entry }: { readonly entry: InboxEntry }): ReactNode {
  const [dismissal, dismiss] = useAction('everyone.dismiss');
  const [acceptance, accept] = useAction('everyone.accept');
  const [asking, setAsking] = useState(false);
  const { id, location, obstacle } = entry;
  const program = entry.script ?? entry.program;
  const busy = dismissal.is === 'under-way' || acceptance.is === 'under-way';
  const named = `${visible(program)}, ${location}`;
  return (
    <div className="request">
      <EntryWords entry={entry} />
      <div className="request-buttons">
        <Button aria-label={`${text.everyone.dismiss}: ${named}`} isDisabled={busy} onPress={() => dismiss({ id })}>
          {text.everyone.dismiss}
        </Button>
        {obstacle === undefined && (
          <Button aria-label={`${text.everyone.accept}: ${named}`} isDisabled={busy} onPress={() => setAsking(true)}>
            {acceptance.is === 'under-way' ? text.everyone.accepting : text.everyone.accept}
          </Button>
        )}
      </div>
      {dismissal.is === 'failed' && <ActionError title={text.everyone.failed} error={dismissal.error} />}
      {acceptance.is === 'failed' && <ActionError title={text.everyone.failed} error={acceptance.error} />}
      <ConfirmDialog
        isOpen={asking}
        title={text.everyone.acceptAsk}
        confirm={text.everyone.acceptConfirm}
        onConfirm={() => {
          setAsking(false);
          accept({ program, location });
        }}
        onCancel={() => setAsking(false)}
      >
        <p>
          <ShownPath value={program} />
        </p>
        <p>
          <Place location={location} />
        </p>
        {entry.script !== undefined && <p>{text.everyone.acceptScript}</p>}
        <p>{text.everyone.acceptSays}</p>
      </ConfirmDialog>
    </div>
  );
}

function EntryWords({ entry }: { readonly entry: InboxEntry }): ReactNode {
  const { verdict, operations, count, lastAt, location, script, obstacle } = entry;
  const now = useNow();
  const did = operations.map((operation) => text.everyone.did[operation]);
  return (
    <div className="request-words">
      <p className="request-object">
        <ShownPath value={entry.program} />
      </p>
      {script !== undefined && (
        <p className="small">
          {text.everyone.saysItRuns} <Claim value={script} />
        </p>
      )}
      <p>
        <Place location={location} />
      </p>
      <p className="request-detail">
        <span className={verdict === 'audit' ? 'entry-through' : undefined}>
          {text.everyone.deeds(verdict, did, count)}
        </span>
        <span>{text.everyone.last(moment(lastAt, now))}</span>
      </p>
      {obstacle !== undefined && (
        <p className="entry-obstacle small">
          {text.everyone.obstacle}: <Shown value={obstacle} />
        </p>
      )}
    </div>
  );
}

/** A location by its name, and what lies there. */
function Place({ location }: { readonly location: string }): ReactNode {
  const known = PLACED_LOCATIONS.find(({ name }) => name === location);
  return (
    <>
      {text.everyone.at} <strong>{location}</strong>
      {known && <span className="quiet">: {known.why}</span>}
    </>
  );
}
