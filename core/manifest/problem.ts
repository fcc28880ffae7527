/** Where something stands in the manifest's text: both count from 1, columns in UTF-16 units as editors do. */
export type Place = { readonly line: number; readonly column: number };

/** The place of each value, by its pointer (`permissions.filesystem.read[0]`); '' is the whole document. */
export type Places = ReadonlyMap<string, Place>;

export type TextCode =
  | 'too-large'
  | 'byte-order-mark'
  | 'not-utf8'
  | 'syntax'
  | 'duplicate-key'
  | 'forbidden-key'
  | 'lone-surrogate'
  | 'bad-number'
  | 'too-deep';

export type FieldCode =
  | 'missing-field'
  | 'wrong-type'
  | 'bad-value'
  | 'too-long'
  | 'hidden-character'
  | 'unknown-permission'
  | 'unknown-critical'
  | 'bad-path'
  | 'bad-egress'
  | 'bad-listen'
  | 'bad-socket'
  | 'broad-without-flag'
  | 'unsafe-path'
  | 'bad-key'
  | 'bad-time';

export type SignatureCode =
  | 'unsigned'
  | 'unsupported-algorithm'
  | 'malformed-signature'
  | 'unknown-key'
  | 'weak-key'
  | 'bad-signature'
  | 'changed-manifest'
  | 'two-signatures'
  | 'bad-co-signature'
  | 'missing-co-signature'
  | 'revoked-key'
  | 'expired'
  | 'not-yet-valid';

export type HashCode =
  | 'malformed-hash'
  | 'changed-file'
  | 'missing-file'
  | 'unlisted-file'
  | 'symbolic-link'
  | 'hard-link'
  | 'special-file'
  | 'unreadable-file'
  | 'too-many-files';

/** One reason why a manifest is refused: what is wrong, where, and what to do about it. */
export type Problem<Code extends string> = {
  readonly code: Code;
  readonly message: string;
  readonly remedy: string;
  readonly pointer?: string;
  readonly line?: number;
  readonly column?: number;
};

export type ManifestError = Problem<TextCode | FieldCode> & {
  /** Further reasons found in the same reading, in the order of the text. */
  readonly more?: readonly ManifestError[];
};

export type SignatureError = Problem<SignatureCode>;

/** One reason for all files that share it, so that a hundred changed files are one message. */
export type HashError = Problem<HashCode> & { readonly paths: readonly string[] };

/** Anything `verifyManifest` refuses for. */
export type Refusal = ManifestError | SignatureError | HashError;

export type WarningCode =
  | 'unknown-field'
  | 'broad-grant'
  | 'other-name'
  | 'untrusted-signer'
  | 'unknown-co-signer'
  | 'skipped-key';

/** Something to know about a manifest that is accepted. */
export type ManifestWarning = Problem<WarningCode>;

/** Spreads a place over a problem when the text is at hand. */
export function placed<P extends { readonly pointer?: string }>(problem: P, places?: Places): P & Partial<Place> {
  const place = problem.pointer === undefined ? undefined : places?.get(problem.pointer);
  return place === undefined ? problem : { ...problem, ...place };
}

/** `file:line:column: message` and the remedy below it, as compilers write it. */
export function describeProblem(problem: Problem<string>, file: string): string {
  const place = problem.line === undefined ? '' : `:${problem.line}:${problem.column}`;
  return `${file}${place}: ${problem.message}\n    ${problem.remedy}`;
}
