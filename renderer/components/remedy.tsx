import type { ReactNode } from 'react';
import { text } from '../text/en.ts';
import { CopyButton } from './copy-button.tsx';
import { Shown } from './shown.tsx';
import './remedy.css';

/** What a person can do about it, ready to be copied. */
export function Remedy({ value }: { readonly value: string }): ReactNode {
  return (
    <div className="remedy">
      <p className="remedy-text">
        <span className="remedy-label">{text.link.remedy}</span> <Shown value={value} />
      </p>
      <CopyButton value={value} what={text.link.remedy} />
    </div>
  );
}
