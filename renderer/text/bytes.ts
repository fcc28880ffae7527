const UNITS = ['kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** A number of bytes as people say it: `999 bytes`, `50 MB`, `about 1.2 GB`. */
export function bytesInWords(bytes: number): string {
  if (bytes < 1000) return `${bytes} ${bytes === 1 ? 'byte' : 'bytes'}`;
  const power = Math.min(UNITS.length, Math.floor(Math.log10(bytes) / 3));
  const amount = bytes / 1000 ** power;
  const shown = Math.floor(amount * 10) / 10;
  return `${shown === amount ? '' : 'about '}${shown.toLocaleString('en')} ${UNITS[power - 1]}`;
}
