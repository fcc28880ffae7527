import type { ReactNode } from 'react';
import { Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import { Button } from './button.tsx';
import type { IconName } from './icon.tsx';
import './popover.css';

type Props<Id extends string> = {
  readonly icon: IconName;
  readonly children: ReactNode;
  /** Spoken in place of what is shown. */
  readonly label: string;
  readonly items: readonly { readonly id: Id; readonly words: string }[];
  readonly onChoose: (id: Id) => void;
};

/** A button that opens a short list of things to do. */
export function MenuButton<Id extends string>({ icon, children, label, items, onChoose }: Props<Id>): ReactNode {
  return (
    <MenuTrigger>
      <Button look="quiet" icon={icon} aria-label={label}>
        {children}
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
