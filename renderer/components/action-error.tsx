import type { ReactNode } from 'react';
import type { DesktopError } from '../../core/protocol/desktop.ts';
import { Banner } from './banner.tsx';
import { Remedy } from './remedy.tsx';
import { Shown } from './shown.tsx';

/** What did not work, in main's words. */
export function ActionError({ title, error }: { readonly title: string; readonly error: DesktopError }): ReactNode {
  return (
    <Banner tone="danger" icon="warn" urgent title={title}>
      <p>
        <Shown value={error.message} />
      </p>
      {error.remedy && <Remedy value={error.remedy} />}
    </Banner>
  );
}
