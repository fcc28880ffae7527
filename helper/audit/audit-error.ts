/** Why the audit log cannot do what was asked. `remedy` is what the person can do about it. */
export type AuditError = {
  readonly code:
    | 'log-broken'
    | 'log-missing'
    | 'log-busy'
    | 'key-unusable'
    | 'not-writable'
    | 'disk-full'
    | 'sync-failed'
    | 'not-canonical'
    | 'not-found'
    | 'bad-query'
    | 'index-unusable'
    | 'source-unusable'
    | 'closed';
  readonly message: string;
  readonly remedy?: string;
};

/** Carries an AuditError through code that has to stop at once; never crosses a border. */
export class AuditFailure extends Error {
  readonly error: AuditError;
  constructor(error: AuditError) {
    super(error.message);
    this.name = 'AuditFailure';
    this.error = error;
  }
}

/** The error of a system call on a path, in words. */
export function systemError(problem: unknown, doing: string): AuditError {
  const code = problem instanceof Error && 'code' in problem ? String(problem.code) : 'unknown';
  const message = `${doing}: ${problem instanceof Error ? problem.message : String(problem)}`;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return {
      code: 'disk-full',
      message,
      remedy: 'Free space on this file system: the guard keeps enforcing, its records wait in the kernel.',
    };
  }
  return {
    code: 'not-writable',
    message,
    remedy: 'Check owner, mode and mount of the directory: the helper must be able to write there.',
  };
}
