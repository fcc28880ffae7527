import type { ReactNode } from 'react';
import { Button as AriaButton, type ButtonProps } from 'react-aria-components';
import { Icon, type IconName } from './icon.tsx';
import './button.css';

type Look = 'plain' | 'strong' | 'danger' | 'quiet';

type Props = Omit<ButtonProps, 'className' | 'children'> & {
  readonly look?: Look;
  readonly icon?: IconName;
  readonly children: ReactNode;
};

export function Button({ look = 'plain', icon, children, ...rest }: Props): ReactNode {
  return (
    <AriaButton {...rest} className={`button button-${look}`}>
      {icon && <Icon name={icon} />}
      {children}
    </AriaButton>
  );
}

/** A button that shows a sign alone; its name is spoken and stands in the tooltip. */
export function IconButton({
  icon,
  label,
  ...rest
}: Omit<ButtonProps, 'className' | 'children'> & { readonly icon: IconName; readonly label: string }): ReactNode {
  return (
    <AriaButton {...rest} aria-label={label} className="button button-quiet button-icon">
      <Icon name={icon} />
    </AriaButton>
  );
}
