/** Which kinds of sockets an agent gets at all: everything that goes round rules on addresses is refused, whatever the rules. */
import { decisionsIn } from '../decisions.ts';
import { Performer } from '../performer.ts';
import { TestSession } from '../session.ts';
import { policyWith, type World } from './world.ts';

const EPERM = 1;

/** FAMILY/TYPE/PROTOCOL, as socket(2) takes them. */
const OPEN: readonly (readonly [name: string, kind: string])[] = [
  ['TCP', '2/1/6'],
  ['TCP over IPv6', '10/1/0'],
  ['UDP', '2/2/17'],
  ['UDP over IPv6', '10/2/0'],
  ['Unix', '1/1/0'],
  ['routes, as libc reads them', '16/3/0'],
  ['sockets, as ss reads them', '16/3/4'],
  ['devices', '16/3/15'],
];

const CLOSED: readonly (readonly [name: string, kind: string])[] = [
  ['MPTCP', '2/1/262'],
  ['MPTCP over IPv6', '10/1/262'],
  ['SCTP', '2/1/132'],
  ['SCTP, one to many', '2/5/132'],
  ['DCCP', '2/6/33'],
  ['UDP-Lite', '2/2/136'],
  ['raw IPv4', '2/3/255'],
  ['raw ICMP', '2/3/1'],
  ['raw IPv6', '10/3/58'],
  ['L2TP', '2/2/115'],
  ['packets', '17/3/768'],
  ['packets, datagrams', '17/2/768'],
  ['AF_KEY', '15/3/2'],
  ['RDS', '21/5/0'],
  ['CAN', '29/3/1'],
  ['TIPC', '30/1/0'],
  ['Bluetooth', '31/3/1'],
  ['AF_ALG', '38/5/0'],
  ['vsock', '40/1/0'],
  ['KCM', '41/5/0'],
  ['SMC', '43/1/0'],
  ['XDP', '44/3/0'],
  ['the packet filter', '16/3/12'],
  ['IPsec', '16/3/6'],
  ['crypto settings', '16/3/21'],
  ['RDMA settings', '16/3/20'],
];

export async function kinds({ guard, source, programs, tally }: World): Promise<void> {
  const everywhere = { egress: ['0.0.0.0/0:*', '[2000::/3]:*'], listen: ['*:*'] };
  const session = new TestSession(guard, policyWith(everywhere));
  const [inside, outside] = [new Performer(`${programs}/asker`), new Performer(`${programs}/asker`)];
  session.enter(inside.pid);
  for (const [name, kind] of OPEN) {
    const errno = await inside.perform('socket', kind);
    tally.check(`${name}: open`, errno === 0, `errno ${errno}`);
  }
  for (const [name, kind] of CLOSED) {
    const control = await outside.perform('socket', kind);
    decisionsIn(source);
    const errno = await inside.perform('socket', kind);
    const records = decisionsIn(source).map(({ verdict, reason, call }) => `${verdict} ${reason} ${call}`);
    tally.check(
      `${name}: closed`,
      control !== EPERM && errno === EPERM && records.join() === 'block address-family socket',
      `unguarded ${control}, errno ${errno}, records “${records}”`,
    );
  }
  await inside.end();
  session.end();
  const narrow = new TestSession(guard, policyWith({ egress: ['127.0.0.1:53/udp'] }));
  const one = new Performer(`${programs}/asker`);
  narrow.enter(one.pid);
  const control = await outside.perform('disconnect', '203.0.113.1', '443');
  const errno = await one.perform('disconnect', '203.0.113.1', '443');
  tally.check('a socket that was disconnected is judged anew', control === 0 && errno === EPERM, `${control} ${errno}`);
  await one.end();
  await outside.end();
  narrow.end();
}
