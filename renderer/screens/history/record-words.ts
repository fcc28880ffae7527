import type { EvidenceRecord } from '../../../core/evidence/record.ts';
import { visible } from '../../../core/text/visible.ts';
import type { IconName } from '../../components/icon.tsx';
import { objectOf } from '../../text/deed.ts';
import { text } from '../../text/en.ts';

export type VerdictLook = {
  readonly words: string;
  readonly icon: IconName;
  readonly tone: 'plain' | 'danger' | 'warn';
};

/** How a record's verdict is shown; one without a verdict is named by its kind. */
export function verdictLook({
  verdict,
  kind,
  reason,
}: Pick<EvidenceRecord, 'verdict' | 'kind' | 'reason'>): VerdictLook {
  switch (verdict) {
    case 'allow':
      return reason === 'audit-mode'
        ? { words: text.history.audited, icon: 'eye', tone: 'warn' }
        : { words: text.verdicts.allow, icon: 'check', tone: 'plain' };
    case 'audit':
      return { words: text.history.audited, icon: 'eye', tone: 'warn' };
    case 'block':
    case 'kill':
      return { words: text.verdicts[verdict], icon: 'stop', tone: 'danger' };
    case 'require_approval':
      return { words: text.verdicts.require_approval, icon: 'question', tone: 'warn' };
    case null:
      return { words: kindWords(kind), ...(LOOKS.get(kind) ?? { icon: 'history', tone: 'plain' }) };
  }
}

/** Kinds that a person should notice, or knows by their sign. */
const LOOKS: ReadonlyMap<string, Omit<VerdictLook, 'words'>> = new Map([
  ['gap', { icon: 'gap', tone: 'warn' }],
  ['skill.trust-dropped', { icon: 'warn', tone: 'warn' }],
  ['key.revoked', { icon: 'warn', tone: 'warn' }],
  ['manifest.sign-refused', { icon: 'warn', tone: 'warn' }],
  ['key.trusted', { icon: 'signed', tone: 'plain' }],
  ['manifest.signed', { icon: 'signed', tone: 'plain' }],
]);

/** A kind that has no words of its own says its name: `moon.phase_changed` is “Moon: phase changed”. */
function kindWords(kind: string): string {
  if (Object.hasOwn(text.history.kinds, kind)) return text.history.kinds[kind] ?? kind;
  const words = visible(kind.replaceAll('.', ': ').replaceAll(/[-_]/g, ' '));
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

type About = Pick<EvidenceRecord, 'path' | 'address' | 'port' | 'message'>;

/** What a record is about: a path, an address, or its message. */
export function recordObject({ path, address, port, message }: About): string {
  return objectOf({ path, address, port }) || (message ?? '');
}
