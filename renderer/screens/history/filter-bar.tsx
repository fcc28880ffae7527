import { type ReactNode, useEffect, useState } from 'react';
import {
  Button as AriaButton,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  SearchField,
  Select,
  SelectValue,
  ToggleButton,
  ToggleButtonGroup,
} from 'react-aria-components';
import type { SessionId } from '../../../core/protocol/scalars.ts';
import { shortened, visible } from '../../../core/text/visible.ts';
import { Button } from '../../components/button.tsx';
import { Icon } from '../../components/icon.tsx';
import { useDesktop } from '../../state/use-desktop.ts';
import { useNow } from '../../state/use-now.ts';
import { text } from '../../text/en.ts';
import { moment } from '../../text/time.ts';
import { CHIPS, type Chip, type HistoryFilter, isFiltered, NO_FILTER } from './filter.ts';
import { verdictLook } from './record-words.ts';
import '../../components/popover.css';

type Props = { readonly filter: HistoryFilter; readonly change: (filter: HistoryFilter) => void };

/** What of the log is shown. */
export function FilterBar({ filter, change }: Props): ReactNode {
  return (
    <div className="filters">
      <ToggleButtonGroup
        className="chips"
        aria-label={text.history.verdicts}
        selectionMode="multiple"
        selectedKeys={filter.chips}
        onSelectionChange={(keys) => change({ ...filter, chips: CHIPS.filter((chip) => keys.has(chip)) })}
      >
        {CHIPS.map((chip: Chip) => {
          const { words, icon } = verdictLook({ verdict: chip, kind: 'decision' });
          return (
            <ToggleButton key={chip} id={chip} className="chip">
              <Icon name={icon} />
              {words}
            </ToggleButton>
          );
        })}
      </ToggleButtonGroup>
      <SessionChoice filter={filter} change={change} />
      <TextFilter filter={filter} change={change} />
      {isFiltered(filter) && (
        <Button look="quiet" onPress={() => change(NO_FILTER)}>
          {text.history.clear}
        </Button>
      )}
    </div>
  );
}

const ALL = 'all';

function SessionChoice({ filter, change }: Props): ReactNode {
  const { sessions } = useDesktop();
  const now = useNow(60_000);
  const known = sessions.map(({ id, skillId, startedAt }) => ({
    id: id as string,
    words: `${shortened(visible(skillId), 32)}, ${text.facts.since(moment(startedAt, now))}`,
  }));
  const { session } = filter;
  const past =
    session !== null && !known.some(({ id }) => id === session)
      ? [{ id: session as string, words: session as string }]
      : [];
  const choices = [{ id: ALL, words: text.history.allSessions }, ...known, ...past];
  return (
    <Select
      className="select"
      aria-label={text.history.session}
      value={filter.session ?? ALL}
      onChange={(key) => change({ ...filter, session: key === ALL ? null : (key as SessionId) })}
    >
      <AriaButton className="button button-plain select-button">
        <SelectValue />
        <Icon name="down" />
      </AriaButton>
      <Popover className="popover">
        <ListBox className="options" items={choices}>
          {({ id, words }) => (
            <ListBoxItem id={id} className="option">
              {words}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </Select>
  );
}

/** Typing is let come to rest before the log is searched. */
const REST_MS = 250;

function TextFilter({ filter, change }: Props): ReactNode {
  const [written, write] = useState(filter.text);
  useEffect(() => write(filter.text), [filter.text]);
  useEffect(() => {
    if (written === filter.text) return;
    const timer = setTimeout(() => change({ ...filter, text: written }), REST_MS);
    return () => clearTimeout(timer);
  }, [written, filter, change]);
  return (
    <SearchField className="search" value={written} onChange={write}>
      <Label className="visually-hidden">{text.history.search}</Label>
      <Icon name="search" />
      <Input className="input" placeholder={text.history.searchHint} spellCheck={false} />
    </SearchField>
  );
}
