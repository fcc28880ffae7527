import type { ReactNode } from 'react';
import { deedOf, objectOf } from '../text/deed.ts';
import { Shown, ShownPath } from './shown.tsx';

type Asked = Parameters<typeof deedOf>[0] & Parameters<typeof objectOf>[0];

/** A deed and what it is about, as one line that may wrap. */
export function ShownObject({ of }: { readonly of: Asked }): ReactNode {
  return (
    <>
      {deedOf(of)}:{' '}
      {of.path === null ? (
        <code>
          <Shown value={objectOf(of)} />
        </code>
      ) : (
        <ShownPath value={of.path} />
      )}
    </>
  );
}
