import { type ReactNode, useEffect, useRef } from 'react';
import { FieldError, Input, Label, TextField } from 'react-aria-components';
import { Button, IconButton } from '../../components/button.tsx';
import { Icon } from '../../components/icon.tsx';
import { Shown } from '../../components/shown.tsx';
import { text } from '../../text/en.ts';
import { visible } from '../../text/visible.ts';
import type { DraftChange, DraftProblem, ListName, Row } from './draft.ts';

type Props = {
  readonly name: ListName;
  readonly rows: readonly Row[];
  readonly problemsAt: (index: number) => readonly DraftProblem[];
  readonly ownProblems: readonly DraftProblem[];
  readonly change: (change: DraftChange) => void;
};

/** One list of permissions: a field an entry. */
export function EntryList({ name, rows, problemsAt, ownProblems, change }: Props): ReactNode {
  const label = text.manifest.may[name];
  const { box, focusLast } = useFocusOnNew(rows.length);
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
        <Input className="input input-code" placeholder={hintFor(name)} spellCheck={false} autoComplete="off" />
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

function hintFor(name: ListName): string {
  if (name === 'egress' || name === 'askEgress') return text.editor.addressHint;
  return name === 'exec' || name === 'askExec' ? text.editor.programHint : text.editor.pathHint;
}

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

/** Errors belong to the field; what is only worth knowing stands below it too. */
function FieldProblems({ problems }: { readonly problems: readonly DraftProblem[] }): ReactNode {
  return (
    <>
      <FieldError className="field-problems">
        <Problems problems={problems.filter(({ refused }) => refused)} />
      </FieldError>
      <Problems problems={problems.filter(({ refused }) => !refused)} />
    </>
  );
}

/** What is wrong or worth knowing, each with its remedy. */
export function Problems(props: { readonly title?: string; readonly problems: readonly DraftProblem[] }): ReactNode {
  if (props.problems.length === 0) return null;
  return (
    <div className="problems">
      {props.title && <p className="problems-title">{props.title}</p>}
      {props.problems.map(({ message, remedy, refused }) => (
        <span key={message} className="problem" data-refused={refused || undefined}>
          <Icon name="warn" />
          <span>
            <strong>
              <Shown value={message} />.
            </strong>{' '}
            <Shown value={remedy} />
          </span>
        </span>
      ))}
    </div>
  );
}

/** A row that was just added gets the keyboard. */
function useFocusOnNew(count: number) {
  const box = useRef<HTMLFieldSetElement>(null);
  const wanted = useRef(false);
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
