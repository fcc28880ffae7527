import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AuditOptions } from '../options.ts';

/** Options for a log in a directory of its own, and the way to remove it. */
export function temporaryLog(further: Partial<AuditOptions> = {}): {
  options: AuditOptions;
  root: string;
  remove: () => void;
} {
  const root = mkdtempSync(join(tmpdir(), 'ringfence-audit-'));
  const options: AuditOptions = {
    directory: join(root, 'audit'),
    indexFile: join(root, 'audit.db'),
    keyDirectory: join(root, 'keys'),
    helperVersion: '0.0.0-test',
    ...further,
  };
  return { options, root, remove: () => rmSync(root, { recursive: true, force: true }) };
}
