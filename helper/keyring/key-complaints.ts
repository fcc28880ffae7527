import type { BindError } from '../worker/binding.ts';

/** A key that is not known may be one whose file is not in order: then that is said too, with the file. */
export function withKeyComplaints(error: BindError, complaints: readonly string[]): BindError {
  if (error.code !== 'manifest-refused' || complaints.length === 0) return error;
  if (!error.refusals.some(({ code }) => code === 'unknown-key')) return error;
  const remedy = 'Correct the key file, or remove it.';
  const told = complaints
    .slice(0, 20)
    .map((message) => ({ code: 'key-file', message: message.slice(0, 4096), remedy }));
  return { ...error, refusals: [...error.refusals, ...told] };
}
