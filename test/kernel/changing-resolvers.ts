/** The machine gets another name server while a session runs, and while no helper does. */
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { give, type Helper, HOME, lastLineOf, skill, sleep, startAsDev, until } from './installed.ts';
import { beTheNetwork, NameServer, openPort } from './names/zone.ts';
import type { Tally } from './tally.ts';

const NODE = '/opt/ringfence/runtime/bin/node';
const PORT = 8443;
const [FIRST, SECOND] = ['127.0.0.1', '127.0.0.2'] as const;
const PATIENCE_MS = 40_000;
/** A living helper would have noticed. */
const QUIET_MS = 5000;

/** A new address for each name, from the server's own network. */
const zoneOf = (network: string) => (name: string) => {
  const round = Number(/^n(\d+)\.example\.org$/.exec(name)?.[1] ?? Number.NaN);
  return Number.isNaN(round) ? null : { addresses: [`${network}.${1 + (round % 250)}`] };
};

interface Changing {
  readonly tally: Tally;
  readonly helper: Helper;
}

export async function changingResolvers({ tally, helper }: Changing): Promise<void> {
  beTheNetwork();
  const servers = [
    await NameServer.open(zoneOf('203.0.113'), [FIRST]),
    await NameServer.open(zoneOf('198.51.100'), [SECOND]),
  ];
  const closePort = await openPort(PORT);
  const client = join(HOME, 'work/resolvers.mjs');
  give(client, '');
  copyFileSync(join(import.meta.dirname, 'changing-resolvers.mjs'), client);
  // both may be asked all the time; whose answers count is what changes
  const egress = [`*.example.org:${PORT}`, `${FIRST}:53/udp`, `${SECOND}:53/udp`];
  const filesystem = { read: ['~/work/**', '/opt/ringfence/runtime/**'] };
  const manifest = skill('resolvers', { exec: [NODE], filesystem, network: { egress } });
  use(FIRST);
  const command = [NODE, client, String(PORT), FIRST, SECOND];
  const { child } = startAsDev(['/opt/ringfence/bin/ringfence', 'run', '--manifest', manifest, '--', ...command]);
  const said = lastLineOf(child);
  const comesTo = async (what: string, line: string): Promise<void> => {
    const began = performance.now();
    const isSo = await until(() => said() === line, PATIENCE_MS);
    tally.check(what, isSo, said());
    console.log(`    ${what}: after ${((performance.now() - began) / 1000).toFixed(1)} s`);
  };
  await comesTo('at first the one name server counts', 'connected EPERM');
  use(SECOND);
  await comesTo('then another one, and the first no more', 'EPERM connected');
  await helper.end('SIGKILL');
  use(FIRST);
  await sleep(QUIET_MS);
  await comesTo('without a helper that stays so', 'EPERM connected');
  await helper.start();
  await comesTo('the next helper finds out', 'connected EPERM');
  child.kill('SIGTERM');
  closePort();
  for (const server of servers) server.close();
}

function use(server: string): void {
  writeFileSync('/etc/resolv.conf', `nameserver ${server}\n`);
}
