/** A name server for the attacks on host names, and who is reached by what it says. */
import { type Answer, beTheNetwork, NameServer } from '../kernel/names/zone.ts';
import { openPeers } from './peer.ts';

const FAR = '203.0.113.7';

/** What attacks reach for: this machine, where clouds hand out credentials, and an address that no granted name leads to. */
export const NAMED_HOSTS = ['127.0.0.1', '169.254.169.254', FAR] as const;
/** Who is no name server of this machine. */
export const FOREIGN_SERVER = '127.0.0.9';

const DNS_PORT = 53;

const ANSWERS: Readonly<Record<string, Answer>> = {
  // the one that a session under the suite's manifests may reach
  'granted.example.org': { addresses: [FAR] },
  'loopback.example.org': { addresses: ['127.0.0.1'] },
  'metadata.example.org': { addresses: ['169.254.169.254'] },
  'mapped.example.org': { addresses: ['127.0.0.1', '::ffff:127.0.0.1'] },
  'evil-example.org': { addresses: [FAR] },
  'a.example.org.evil.net': { addresses: [FAR] },
  'far.example.net': { addresses: [FAR] },
};

/** The peers answer at these ports of each address. */
export async function openNames(ports: readonly number[]): Promise<{ close: () => void }> {
  beTheNetwork();
  const server = await NameServer.open((name) => ANSWERS[name] ?? null);
  const peers = await Promise.all([openPeers(ports, NAMED_HOSTS), openPeers([DNS_PORT], [FOREIGN_SERVER])]);
  return {
    close: () => {
      server.close();
      for (const peer of peers) peer.close();
    },
  };
}
