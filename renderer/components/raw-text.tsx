import type { ReactNode } from 'react';
import { Button as AriaButton, Disclosure, DisclosurePanel, Heading } from 'react-aria-components';
import { CopyButton } from './copy-button.tsx';
import { Icon } from './icon.tsx';
import { Shown } from './shown.tsx';
import './raw-text.css';

type Props = { readonly title: string; readonly note?: string; readonly value: string };

/** A text as it is, folded away; what hides in it is written out, line by line. */
export function RawText({ title, note, value }: Props): ReactNode {
  return (
    <Disclosure className="raw">
      <Heading className="raw-title">
        <AriaButton slot="trigger" className="raw-trigger">
          <Icon name="next" />
          {title}
        </AriaButton>
      </Heading>
      <DisclosurePanel className="raw-panel">
        <div className="raw-head">
          <p className="quiet small">{note}</p>
          <CopyButton value={value} what={title} />
        </div>
        <pre className="raw-lines">
          {value
            .replace(/\n$/, '')
            .split('\n')
            .map((line, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a line is its number
              <span key={index} className="raw-line">
                <Shown value={line} />
                {'\n'}
              </span>
            ))}
        </pre>
      </DisclosurePanel>
    </Disclosure>
  );
}
