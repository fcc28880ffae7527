const NUMBER = '(0|[1-9]\\d*)';
const SEMVER = new RegExp(`^${NUMBER}\\.${NUMBER}\\.${NUMBER}(?:-([0-9A-Za-z.-]+))?(?:\\+([0-9A-Za-z.-]+))?$`);

type Version = { readonly numbers: readonly string[]; readonly pre: readonly string[] };

export type Comparison = 'older' | 'same' | 'newer';

/**
 * How version `b` stands to version `a`, by the precedence of Semantic Versioning 2.0.0 section 11 (build metadata does not
 * count). Two equal texts are the same; where one of two different texts is no semantic version there is no order: null.
 */
export function compareVersions(a: string, b: string): Comparison | null {
  if (a === b) return 'same';
  const [before, after] = [parse(a), parse(b)];
  if (before === null || after === null) return null;
  const order = compareNumbers(after, before) || comparePre(after.pre, before.pre);
  if (order === 0) return 'same';
  return order < 0 ? 'older' : 'newer';
}

function parse(text: string): Version | null {
  const parts = SEMVER.exec(text);
  if (parts === null) return null;
  const [, major = '', minor = '', patch = '', pre, build] = parts;
  const identifiers = pre === undefined ? [] : pre.split('.');
  if (identifiers.some((one) => one === '' || /^0\d+$/.test(one))) return null;
  if (build?.split('.').includes('')) return null;
  return { numbers: [major, minor, patch], pre: identifiers };
}

function compareNumbers(a: Version, b: Version): number {
  for (const [index, number] of a.numbers.entries()) {
    const order = compareDigits(number, b.numbers[index] ?? '');
    if (order !== 0) return order;
  }
  return 0;
}

/** No leading zeros, so the longer one is the greater, however long both are. */
function compareDigits(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  return a === b ? 0 : a < b ? -1 : 1;
}

/** Without a pre-release is newer than with one; numbers are older than words; more parts are newer. */
function comparePre(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return b.length - a.length;
  for (const [index, one] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    const order = compareIdentifiers(one, other);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareIdentifiers(a: string, b: string): number {
  const [aNumber, bNumber] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (aNumber && bNumber) return compareDigits(a, b);
  if (aNumber !== bNumber) return aNumber ? -1 : 1;
  return a === b ? 0 : a < b ? -1 : 1;
}
