import type { ReactNode } from 'react';
import { Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';
import './popover.css';

type Props<Id extends string> = {
  readonly children: ReactNode;
  /** Spoken in place of what is shown. */
  readonly label: string;
  readonly items: readonly { readonly id: Id; readonly words: string }[];
  readonly onChoose: (id: Id) => void;
};

/** A button that opens a short list of things to do. */
export function MenuButton<Id extends string>({ children, label, items, onChoose }: Props<Id>): ReactNode {
  return (
    <MenuTrigger>
      <Button aria-label={label}>
        {children}
        <Icon name="down" />
      </Button>
      <Popover className="popover">
        <Menu className="options" aria-label={label} items={items} onAction={(id) => onChoose(id as Id)}>
          {({ id, words }) => (
            <MenuItem id={id} className="option">
              {words}
            </MenuItem>
          )}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
