import { type ReactNode, useState } from 'react';
import type { ApprovalId, GrantId } from '../../../core/protocol/approval.ts';
import { visible } from '../../../core/text/visible.ts';
import { useBridge } from '../../bridge.ts';
import { Button } from '../../components/button.tsx';
import { Icon, type IconName } from '../../components/icon.tsx';
import { ShownObject } from '../../components/shown-object.tsx';
import { useDesktop } from '../../state/use-desktop.ts';
import { text } from '../../text/en.ts';
import { type Ended, endingWords } from './ended.ts';
import './result-strip.css';

/** What came of the question before, with a way to take it back while it holds. */
export function ResultStrip({ id }: { readonly id: ApprovalId }): ReactNode {
  const { ended, grants } = useDesktop();
  const end = ended.find(({ request }) => request.id === id);
  const grant = grants.find(({ request }) => request === id);
  if (end === undefined) return null;
  return (
    <div className="result" role="status">
      <Ending end={end} />
      {grant && <RevokeNow grant={grant.id} object={visible(grant.object)} />}
    </div>
  );
}

const SIGNS = {
  allowed: 'check',
  denied: 'stop',
  'timed-out': 'clock',
  withdrawn: 'cross',
  interrupted: 'cross',
  'guard-unavailable': 'plug',
} as const satisfies Record<Ended['outcome'], IconName>;

/** One question and how it ended. */
export function Ending({ end }: { readonly end: Ended }): ReactNode {
  const { outcome, meaning } = endingWords(end);
  return (
    <div className="ending">
      <Icon name={SIGNS[end.outcome]} />
      <div className="ending-words">
        <p>
          <strong>{outcome}</strong> <span className="quiet">{meaning}</span>
        </p>
        <p className="ending-object">
          <ShownObject of={end.request} />
        </p>
      </div>
    </div>
  );
}

function RevokeNow({ grant, object }: { readonly grant: GrantId; readonly object: string }): ReactNode {
  const bridge = useBridge();
  const [failed, setFailed] = useState<string | null>(null);
  return (
    <>
      <Button
        look="danger"
        aria-label={`${text.prompt.revoke}: ${object}`}
        onPress={() =>
          void bridge
            .call('grant.revoke', { grant })
            .then((answer) => setFailed(answer.ok ? null : answer.error.message))
        }
      >
        {text.prompt.revoke}
      </Button>
      {failed !== null && <p className="result-failed">{visible(failed)}</p>}
    </>
  );
}
