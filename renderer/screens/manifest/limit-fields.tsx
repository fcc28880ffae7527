import type { ReactNode } from 'react';
import { Input, Label, Text, TextField } from 'react-aria-components';
import { Icon } from '../../components/icon.tsx';
import { bytesInWords } from '../../text/bytes.ts';
import { text } from '../../text/en.ts';
import type { Draft, DraftChange } from './draft.ts';
import { type DraftProblems, limitPlace } from './draft-problems.ts';
import { FieldProblems } from './field-problems.tsx';
import { LIMIT_NAMES, type LimitName, limitOf } from './limits.ts';

type Props = {
  readonly draft: Draft;
  readonly problems: DraftProblems;
  readonly change: (change: DraftChange) => void;
};

/** What one session may do in all, a number each. */
export function LimitFields({ draft, problems, change }: Props): ReactNode {
  return (
    <section className="editor-group" data-is="limits" aria-label={text.manifest.limited}>
      <h3>
        <Icon name="gauge" />
        {text.manifest.limited}
      </h3>
      <p className="quiet small">{text.editor.limitsSays}</p>
      <div className="limit-fields">
        {LIMIT_NAMES.map((name) => (
          <LimitField key={name} {...{ name, change }} written={draft.limits[name]} problems={problems} />
        ))}
      </div>
    </section>
  );
}

type FieldProps = Pick<Props, 'problems' | 'change'> & { readonly name: LimitName; readonly written: string };

function LimitField({ name, written, problems, change }: FieldProps): ReactNode {
  const found = problems.get(limitPlace(name)) ?? [];
  const limit = limitOf(written);
  return (
    <TextField
      className="limit-field"
      value={written}
      onChange={(next) => change({ is: 'limit', name, text: next })}
      isInvalid={found.some(({ refused }) => refused)}
    >
      <Label>{text.manifest.limits[name]}</Label>
      <Input
        className="input limit-input"
        inputMode="numeric"
        placeholder={text.editor.noLimit}
        spellCheck={false}
        autoComplete="off"
      />
      <Text slot="description" className="limit-unit">
        {text.editor.limitUnits[name]}
        {name === 'bytes_sent' && typeof limit === 'number' && `: ${bytesInWords(limit)}`}
      </Text>
      <FieldProblems problems={found} />
    </TextField>
  );
}
