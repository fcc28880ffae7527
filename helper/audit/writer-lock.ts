import Database from 'better-sqlite3';
import { failure, type Result, success } from '../../core/result.ts';
import { type AuditError, systemError } from './audit-error.ts';

/** Held by the one process that writes a log; the kernel releases it when the process ends, however it ends. */
export type WriterLock = { release(): void };

/** SQLite's own file lock: Node has no flock, and a file that merely exists outlives a crash. */
export function takeWriterLock(path: string): Result<WriterLock, AuditError> {
  try {
    const database = new Database(path, { timeout: 2000 });
    database.pragma('journal_mode = MEMORY');
    database.exec('BEGIN EXCLUSIVE');
    return success({ release: () => database.close() });
  } catch (problem) {
    if (problem instanceof Error && 'code' in problem && String(problem.code).startsWith('SQLITE_BUSY')) {
      const message = `Another process is writing this evidence log (${path} is locked).`;
      return failure({ code: 'log-busy', message, remedy: 'Only one helper can run: stop the other one.' });
    }
    return failure(systemError(problem, `The lock ${path} cannot be taken`));
  }
}
