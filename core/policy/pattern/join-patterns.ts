/** One pattern for what any of these absolute patterns matches. */
export function joinPatterns(patterns: readonly string[]): string {
  return patterns.length === 1 ? (patterns[0] as string) : `/{${patterns.map((one) => one.slice(1)).join()}}`;
}
