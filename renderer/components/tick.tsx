import type { ReactNode } from 'react';
import { Checkbox, type CheckboxProps } from 'react-aria-components';
import { Icon } from './icon.tsx';
import './tick.css';

/** A box to tick, with its words beside it. */
export function Tick({
  children,
  ...rest
}: Omit<CheckboxProps, 'className' | 'children'> & { readonly children: ReactNode }): ReactNode {
  return (
    <Checkbox {...rest} className="tick">
      <span className="tick-box">
        <Icon name="check" />
      </span>
      <span className="tick-words">{children}</span>
    </Checkbox>
  );
}
