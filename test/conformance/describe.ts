/** A history in words, for whoever has to find out why two parts disagree on it. */
import type { Deed, Outside } from './deed.ts';
import type { Case, History } from './history.ts';
import { type Names, pathOf, shownAt, type World } from './world.ts';

export function tell({ policy, told }: History, cases: readonly Case[]): string {
  const { paths, network, names, onViolation, undeclared, limits } = policy;
  return [
    `policy: on violation ${onViolation}, undeclared ${JSON.stringify(undeclared)}, limits ${JSON.stringify(limits)}`,
    ...paths.map(
      (rule) =>
        `  ${rule.id} ${rule.effect} ${rule.operations.join('+')} ${rule.pattern}${rule.silent ? ' silently' : ''}`,
    ),
    ...network.map(
      ({ id, effect, operation, prefix, ports, protocol }) =>
        `  ${id} ${effect} ${operation} ${prefix} ports ${ports.low}-${ports.high} ${protocol}`,
    ),
    ...names.map(
      ({ id, effect, name, ports, protocol }) =>
        `  ${id} ${effect} connect ${name} ports ${ports.low}-${ports.high} ${protocol}`,
    ),
    ...told.map(
      ({ name, address, seconds, atSeconds }) => `told after ${atSeconds} s: ${name} is ${address} for ${seconds} s`,
    ),
    ...cases.flatMap((one, index) => [
      ...(one.world === cases[index - 1]?.world
        ? []
        : [`mounts: ${one.world.mounts.map(({ root, mountpoint }) => `${root} at ${mountpoint}`).join(', ')}`]),
      ...one.outside.map((step) => `  outside: ${describeOutside(one.world, step)}`),
      `  session: ${describeDeed(one.world, one.deed)} -> ${one.verdict}`,
    ]),
  ].join('\n');
}

export function describeDeed(world: World, deed: Deed): string {
  const at = (names: Names) => shownAt(world, names).join(' = ') || `${pathOf(names)} (hidden)`;
  switch (deed.kind) {
    case 'single':
      return `${deed.call} ${at(deed.names)}${deed.through === null ? '' : ` through ${at(deed.through)}`}`;
    case 'double':
      return `${deed.call} ${at(deed.names)} and ${at(deed.other)}`;
    case 'address':
      return `${deed.call} ${deed.address} port ${deed.port} ${deed.protocol}`;
    case 'send':
      return `send ${deed.bytes} bytes to ${deed.address} port ${deed.port}`;
    default:
      return deed.kind;
  }
}

function describeOutside(world: World, step: Outside): string {
  const path = shownAt(world, step.names)[0] ?? pathOf(step.names);
  return step.kind === 'make' ? `a ${step.what} at ${path}` : `${path} is removed`;
}
