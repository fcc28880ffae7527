import type { ReactNode } from 'react';
import { RawText } from '../../components/raw-text.tsx';
import { text } from '../../text/en.ts';

export function RawManifest({ value }: { readonly value: string }): ReactNode {
  return <RawText title={text.manifest.raw} note={text.manifest.rawSays} value={value} />;
}
