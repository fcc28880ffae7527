import type { ReactNode } from 'react';
import type { Manifest } from '../../../core/manifest/schema.ts';
import { text } from '../../text/en.ts';

/** What the form has no fields for: it is still in what is signed. */
export function KeptParts({ manifest }: { readonly manifest: Manifest }): ReactNode {
  const { permissions, applies_to, mode, on_violation } = manifest;
  const { environment, dns, via, applies, mode: modeIs, violation } = text.editor.keptParts;
  const kept = [
    permissions.env === undefined ? null : environment,
    permissions.network?.dns === undefined ? null : dns,
    permissions.network?.via === undefined ? null : via,
    applies_to === undefined ? null : applies,
    mode === undefined ? null : modeIs,
    on_violation === undefined ? null : violation,
  ].filter((part) => part !== null);
  if (kept.length === 0) return null;
  return <p className="quiet small">{text.editor.kept(kept)}</p>;
}
