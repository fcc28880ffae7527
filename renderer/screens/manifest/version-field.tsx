import type { ReactNode } from 'react';
import { Input, Label, TextField } from 'react-aria-components';
import { text } from '../../text/en.ts';
import type { DraftChange } from './draft.ts';
import type { DraftProblem } from './draft-problems.ts';
import { FieldProblems } from './field-problems.tsx';

/** The manifest's version, to be raised with what it allows. */
export function VersionField(props: {
  readonly value: string;
  readonly problems: readonly DraftProblem[];
  readonly change: (change: DraftChange) => void;
}): ReactNode {
  return (
    <TextField
      className="entry-field version-field"
      value={props.value}
      onChange={(written) => props.change({ is: 'version', text: written })}
      isInvalid={props.problems.some(({ refused }) => refused)}
    >
      <Label>{text.editor.version}</Label>
      <Input className="input" spellCheck={false} autoComplete="off" />
      <FieldProblems problems={props.problems} />
    </TextField>
  );
}
