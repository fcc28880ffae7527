import { visible } from '../terminal/visible.ts';

/** Every entry of a manifest's permissions, a line each; whatever this version's fields are, none is left out. */
export function describePermissions(permissions: object): string[] {
  const lines = entriesOf('', permissions);
  return lines.length === 0 ? ['nothing'] : lines;
}

function entriesOf(name: string, value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => [`${name}  ${shown(item)}`]);
  if (typeof value !== 'object' || value === null) return [`${name}  ${shown(value)}`];
  return Object.entries(value).flatMap(([key, inner]) =>
    entriesOf(name === '' ? visible(key) : `${name}.${visible(key)}`, inner),
  );
}

function shown(item: unknown): string {
  return visible(typeof item === 'string' ? item : JSON.stringify(item));
}
