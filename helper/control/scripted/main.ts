/**
 * A helper without a kernel, for the tests of its clients: `main.ts SOCKET SCRIPT.json`. Says `ready` once it listens;
 * each line on its standard input is an event to send, as `{"event": …, "data": …}`. Ends with its standard input.
 */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { isEvent, parseEvent } from '../../../core/protocol/events.ts';
import { startControlServer } from '../server.ts';
import { scriptedPeers, scriptedServices } from './services.ts';

const [socketPath = '', scriptFile = ''] = process.argv.slice(2);
const written: unknown = JSON.parse(readFileSync(scriptFile, 'utf8'));
const services = scriptedServices(written);
const server = await startControlServer({
  socketPath,
  services,
  identifyPeer: scriptedPeers(written),
  report: ({ kind, detail }) => process.stderr.write(`${kind}: ${detail}\n`),
});
if (!server.ok) throw new Error(server.error.message);
process.stdout.write('ready\n');

for await (const line of createInterface({ input: process.stdin })) {
  const { event, data } = JSON.parse(line) as { event: string; data: unknown };
  const happened = isEvent(event) ? parseEvent(event, data) : null;
  if (happened === null || !('event' in happened)) throw new Error(`no event: ${line}`);
  services.emit(happened);
}
await server.value.close();
