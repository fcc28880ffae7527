import type { ReactNode } from 'react';
import { shortened, splitPath, visiblePieces } from '../../core/text/visible.ts';
import './shown.css';

/** Text from elsewhere, isolated from the sentence around it; what hides or turns is written out and marked. */
export function Shown({ value }: { readonly value: string }): ReactNode {
  return (
    <bdi dir="ltr" className="shown">
      <Pieces value={value} />
    </bdi>
  );
}

/** A path whole, however long; its last name stands out. */
export function ShownPath({ value }: { readonly value: string }): ReactNode {
  const { folder, name } = splitPath(value);
  return (
    <bdi dir="ltr" className="shown shown-path">
      <span className="shown-folder">
        <Pieces value={folder} />
      </span>
      <span className="shown-name">
        <Pieces value={name} />
      </span>
    </bdi>
  );
}

/** What an agent or its manifest says of itself. */
export function Claim({ value }: { readonly value: string }): ReactNode {
  return (
    <q className="claim">
      <Shown value={value} />
    </q>
  );
}

/** Longest name that a heading lends its size to. */
const LONGEST_NAME = 32;

/** The same in a heading: never so long that it could pass for a sentence of ours. */
export function ClaimedName({ value }: { readonly value: string }): ReactNode {
  return <Claim value={shortened(value, LONGEST_NAME)} />;
}

function Pieces({ value }: { readonly value: string }): ReactNode {
  // The pieces of one text never change places, so their position is their identity.
  return visiblePieces(value).map(({ text, escaped }, index) =>
    escaped ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: see above
      <span key={index} className="shown-escape">
        {text}
      </span>
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: see above
      <Names key={index} value={text} />
    ),
  );
}

/** Hebrew, Arabic and their kind. */
const TO_THE_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** Folders stand in their order from left to right, whichever way their names are written. */
function Names({ value }: { readonly value: string }): ReactNode {
  if (!TO_THE_LEFT.test(value)) return value;
  return value.split(/(\/)/).map((name, index) =>
    name === '/' ? (
      name
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: names never change places either
      <bdi key={index}>{name}</bdi>
    ),
  );
}
