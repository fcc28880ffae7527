/** A session's policies have no rule number in common, so that records, questions and grants name rules without saying whose. */
import type { PolicyTables, PortRange } from './tables.ts';

/** The same tables with every rule's number raised by `by`. 0, which is no rule, stays. */
export function numberOn(tables: PolicyTables, by: number): PolicyTables {
  const raised = (rule: number) => (rule === 0 ? 0 : rule + by);
  const ranges = (list: readonly PortRange[]) => list.map((range) => ({ ...range, rule: raised(range.rule) }));
  return {
    ...tables,
    accepts: { ...tables.accepts, rule: tables.accepts.rule.map(raised) },
    destinations: { ...tables.destinations, ranges: tables.destinations.ranges.map(ranges) },
    names: { ...tables.names, hosts: tables.names.hosts.map((host) => ({ ...host, ranges: ranges(host.ranges) })) },
    localNames: tables.localNames.map((name) => ({
      ...name,
      exact: { ...name.exact, rule: raised(name.exact.rule) },
      longer: { ...name.longer, rule: raised(name.longer.rule) },
    })),
  };
}
