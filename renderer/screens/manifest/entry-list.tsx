import { type ReactNode, useEffect, useRef } from 'react';
import { Input, TextField } from 'react-aria-components';
import { visible } from '../../../core/text/visible.ts';
import { Button, IconButton } from '../../components/button.tsx';
import { text } from '../../text/en.ts';
import type { DraftChange, Row } from './draft.ts';
import type { DraftProblem } from './draft-problems.ts';
import { FieldProblems, Problems } from './field-problems.tsx';
import { type ListName, PERMISSION_LISTS } from './permission-lists.ts';

type Props = {
  readonly name: ListName;
  readonly rows: readonly Row[];
  readonly problemsAt: (index: number) => readonly DraftProblem[];
  readonly ownProblems: readonly DraftProblem[];
  readonly change: (change: DraftChange) => void;
  /** Whether its first row is what was asked for just now. */
  readonly isNew?: boolean;
};

/** One list of permissions: a field an entry. */
export function EntryList({ name, rows, problemsAt, ownProblems, change, isNew = false }: Props): ReactNode {
  const label = text.manifest.may[name];
  const { box, focusLast } = useFocusOnNew(rows.length, isNew);
  return (
    <fieldset className="entry-list" ref={box}>
      <legend>{label}</legend>
      {rows.map((row, index) => (
        <EntryField key={row.key} {...{ name, row, index, change }} problems={problemsAt(index)} />
      ))}
      <Problems problems={ownProblems} />
      <div>
        <Button
          look="quiet"
          icon="plus"
          aria-label={text.editor.add(label)}
          onPress={() => {
            focusLast();
            change({ is: 'add', list: name });
          }}
        >
          {text.editor.addShort}
        </Button>
      </div>
    </fieldset>
  );
}

type FieldProps = {
  readonly name: ListName;
  readonly row: Row;
  readonly index: number;
  readonly problems: readonly DraftProblem[];
  readonly change: (change: DraftChange) => void;
};

function EntryField({ name, row, index, problems, change }: FieldProps): ReactNode {
  const label = text.manifest.may[name];
  return (
    <div className="entry">
      <TextField
        className="entry-field"
        value={row.text}
        onChange={(written) => change({ is: 'write', list: name, key: row.key, text: written })}
        isInvalid={problems.some(({ refused }) => refused)}
        aria-label={text.editor.entry(label, index + 1)}
      >
        <Input
          className="input input-code"
          placeholder={text.editor.hints[PERMISSION_LISTS[name].entry]}
          spellCheck={false}
          autoComplete="off"
        />
        <FieldProblems problems={problems} />
      </TextField>
      <IconButton
        icon="bin"
        label={text.editor.remove(label, visible(row.text))}
        onPress={() => change({ is: 'remove', list: name, key: row.key })}
      />
    </div>
  );
}

/** A row that was just added gets the keyboard. */
function useFocusOnNew(count: number, isNew: boolean) {
  const box = useRef<HTMLFieldSetElement>(null);
  const wanted = useRef(isNew);
  useEffect(() => {
    if (!wanted.current || count === 0) return;
    wanted.current = false;
    [...(box.current?.querySelectorAll('input') ?? [])].at(-1)?.focus();
  }, [count]);
  return {
    box,
    focusLast: () => {
      wanted.current = true;
    },
  };
}
