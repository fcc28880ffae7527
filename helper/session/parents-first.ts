/** Processes in an order in which each comes after the one that started it. */
export function parentsFirst<P extends { readonly pid: number; readonly parentPid: number }>(
  processes: readonly P[],
): P[] {
  const byPid = new Map(processes.map((process) => [process.pid, process]));
  const ordered = new Set<P>();
  for (const process of processes) {
    const line: P[] = [];
    for (let at: P | undefined = process; at && !ordered.has(at) && !line.includes(at); at = byPid.get(at.parentPid))
      line.unshift(at);
    for (const one of line) ordered.add(one);
  }
  return [...ordered];
}
