import type { ReactNode } from 'react';
import type { EvidenceRecord } from '../../../core/evidence/record.ts';
import { EVERYONE_RECORD } from '../../../core/protocol/everyone.ts';
import type { SessionId } from '../../../core/protocol/scalars.ts';
import { Button, IconButton } from '../../components/button.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { type Fact, FactList } from '../../components/facts.tsx';
import { Icon } from '../../components/icon.tsx';
import { ProcessChain } from '../../components/process-chain.tsx';
import { RawText } from '../../components/raw-text.tsx';
import { Claim, Shown, ShownPath } from '../../components/shown.tsx';
import { text } from '../../text/en.ts';
import { exactMoment } from '../../text/time.ts';
import { recordObject, verdictLook } from './record-words.ts';

type Props = {
  readonly record: EvidenceRecord;
  readonly close: () => void;
  /** Narrows the list to one session. */
  readonly only: (session: SessionId) => void;
};

/** One record in full, with its place in the chain. */
export function RecordDetail({ record, close, only }: Props): ReactNode {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and has to be reachable for that
    <section className="record-detail" aria-label={text.history.detail} tabIndex={0}>
      <Detail record={record} close={close} only={only} />
    </section>
  );
}

function Detail({ record, close, only }: Props): ReactNode {
  const { words, icon, tone } = verdictLook(record);
  return (
    <>
      <header className="record-head">
        <h2 className="record-verdict" data-tone={tone}>
          <Icon name={icon} />
          {words}
        </h2>
        <p className="quiet small">{text.history.number(record.seq)}</p>
        <IconButton icon="cross" label={text.history.close} onPress={close} />
      </header>
      <FactList facts={factsOf(record)} />
      {record.session !== undefined && (
        <div>
          <Button icon="search" onPress={() => only(record.session as SessionId)}>
            {text.history.onlySession}
          </Button>
        </div>
      )}
      <Evidence record={record} />
      <RawText title={text.history.raw} value={JSON.stringify(record, null, 2)} />
    </>
  );
}

function factsOf(record: EvidenceRecord): (Fact | null)[] {
  const { location, reason, rule, process_chain: chain, approver_uid: approver, count, other_path: otherPath } = record;
  const operation = [record.operation ?? record.action, record.call].filter((word) => typeof word === 'string');
  const object = recordObject(record);
  const { kind, message, cause } = record;
  const isOfEveryone = kind === EVERYONE_RECORD;
  return [
    { name: text.history.when, value: exactMoment(record.timestamp) },
    kind === 'decision' ? null : { name: text.history.kind, value: <Code value={kind} /> },
    record.skill_id === null ? null : { name: text.facts.skill, value: <Claim value={record.skill_id} /> },
    ...programFacts(record),
    operation.length === 0
      ? null
      : { name: text.history.operation, value: <Shown value={[...new Set(operation)].join(', ')} /> },
    object === ''
      ? null
      : {
          name: text.history.object,
          value: record.path === null ? <Shown value={object} /> : <ShownPath value={object} />,
        },
    otherPath === undefined ? null : { name: text.facts.target, value: <ShownPath value={otherPath} /> },
    chain === undefined ? null : { name: text.history.process, value: <ProcessChain chain={chain} /> },
    reason === undefined
      ? null
      : { name: text.history.why, value: isOfEveryone ? whyEveryone(record) : text.reasons[reason] },
    rule?.text ? { name: text.history.rule, value: <RuleWords pointer={rule.pointer} rule={rule.text} /> } : null,
    location ? { name: text.history.location, value: <Shown value={location} /> } : null,
    approver === undefined ? null : { name: text.history.approver, value: text.agents.userId(approver) },
    message === undefined || message === object ? null : { name: text.history.says, value: <Shown value={message} /> },
    cause === undefined ? null : { name: text.history.cause, value: <Shown value={cause} /> },
    count === undefined ? null : { name: text.history.count, value: text.history.times(count) },
  ];
}

/** What ran, as the kernel knows it, and the script, as the process says. */
function programFacts({ kind, program, script }: EvidenceRecord): (Fact | null)[] {
  if (kind !== EVERYONE_RECORD) return [];
  return [
    typeof program === 'string' ? { name: text.everyone.program, value: <ShownPath value={program} /> } : null,
    typeof script === 'string' ? { name: text.everyone.saysItRuns, value: <Claim value={script} /> } : null,
  ];
}

function whyEveryone({ verdict, would_be: wouldBe }: EvidenceRecord): string {
  if (verdict === 'block') return text.everyone.whyStopped;
  return wouldBe === undefined ? text.everyone.whyNoted : text.everyone.whyThrough;
}

function Code({ value }: { readonly value: string }): ReactNode {
  return (
    <code>
      <Shown value={value} />
    </code>
  );
}

function RuleWords({ pointer, rule }: { readonly pointer: string | null; readonly rule: string }): ReactNode {
  return (
    <>
      <Code value={rule} />
      {pointer !== null && (
        <span className="record-pointer">
          <Shown value={pointer} />
        </span>
      )}
    </>
  );
}

function Evidence({ record }: { readonly record: EvidenceRecord }): ReactNode {
  return (
    <dl className="evidence">
      <div>
        <dt>
          {text.history.evidence}
          <CopyButton value={record.evidence_hash} what={text.history.evidence} />
        </dt>
        <dd>
          <code>{record.evidence_hash}</code>
        </dd>
      </div>
      <div>
        <dt>{text.history.prev}</dt>
        <dd>
          <code>{record.prev}</code>
        </dd>
      </div>
    </dl>
  );
}
