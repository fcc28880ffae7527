import { type ReactNode, useState } from 'react';
import { Icon, type IconName } from '../../components/icon.tsx';
import { MenuButton } from '../../components/menu-button.tsx';
import { text } from '../../text/en.ts';
import { type Draft, type DraftChange, isListShown } from './draft.ts';
import type { DraftProblems } from './draft-problems.ts';
import { EntryList } from './entry-list.tsx';
import { type ListEffect, type ListName, listPointer, listsThat } from './permission-lists.ts';

type Props = {
  readonly title: string;
  readonly icon: IconName;
  readonly effect: ListEffect;
  readonly draft: Draft;
  readonly problems: DraftProblems;
  readonly change: (change: DraftChange) => void;
  readonly children?: ReactNode;
};

/** Lists that do the same; those that few need are behind a button until they are needed. */
export function ListGroup({ title, icon, effect, draft, problems, change, children }: Props): ReactNode {
  const [newest, setNewest] = useState<ListName | null>(null);
  const names = listsThat(effect);
  const shown = names.filter((name) => isListShown(draft, name));
  const hidden = names.filter((name) => !shown.includes(name));
  return (
    <section className="editor-group" data-is={effect} aria-label={title}>
      <h3>
        <Icon name={icon} />
        {title}
      </h3>
      {shown.map((name) => (
        <EntryList
          key={name}
          name={name}
          rows={draft.lists[name]}
          problemsAt={(index) => problems.get(`${listPointer(name)}[${index}]`) ?? []}
          ownProblems={problems.get(listPointer(name)) ?? []}
          change={change}
          isNew={name === newest}
        />
      ))}
      {children}
      {hidden.length > 0 && (
        <div className="editor-further">
          <MenuButton
            label={shown.length > 0 ? text.editor.addKindTo(title) : text.editor.add(title)}
            items={hidden.map((name) => ({ id: name, words: text.manifest.may[name] }))}
            onChoose={(list) => {
              setNewest(list);
              change({ is: 'add', list });
            }}
          >
            {shown.length > 0 ? text.editor.addKind : text.editor.addFirst}
          </MenuButton>
        </div>
      )}
    </section>
  );
}
