/** What can be wrong with a log. Each kind says what is seen, not who did it. */
export type DamageKind =
  | 'torn-record' // the last line is not ended
  | 'not-a-record' // a line is not a record at all
  | 'not-canonical' // equal in meaning, but not the bytes that were written
  | 'changed' // the content does not fit its hash
  | 'missing' // a number is skipped
  | 'reordered' // two neighbours have changed places
  | 'repeated' // a number comes again
  | 'broken-link' // the record does not follow the one before it
  | 'other-log' // it belongs to another log
  | 'other-key' // the log names another key than the given one
  | 'tree-mismatch' // a segment starts with another tree than the records before it make
  | 'segment-name' // a file is not named after its first record
  | 'missing-segment' // a whole file is gone
  | 'truncated' // a checkpoint or anchor covers records that are not there
  | 'root-mismatch' // records differ from what a checkpoint signed
  | 'forked-checkpoints' // two checkpoints of one size with different roots
  | 'checkpoint-order' // a checkpoint covers less than the one before it
  | 'malformed-checkpoint'
  | 'unsigned-checkpoint'
  | 'unknown-key' // a checkpoint is signed, but not by the log's key
  | 'bad-signature'
  | 'no-checkpoint'; // records, and nothing signed

export type Damage = {
  readonly kind: DamageKind;
  /** The first record that is not as it was written, or the size of the checkpoint that is wrong. */
  readonly seq: number;
  /** Where: file and byte; null for checkpoints. */
  readonly place: { readonly segment: string; readonly offset: number } | null;
  readonly message: string;
};
