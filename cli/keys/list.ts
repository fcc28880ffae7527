import type { KeyRing } from '../../core/protocol/keys.ts';
import { EXIT } from '../exit-code.ts';
import { ask, openHelper } from '../helper-connection.ts';
import { table } from '../terminal/table.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { visible } from '../terminal/visible.ts';
import type { KeyOptions } from './change.ts';

export async function listKeys(options: KeyOptions, terminal: Terminal): Promise<number> {
  const client = await openHelper(options, terminal);
  if (client === null) return EXIT.cannot;
  const ring = await ask(client, 'keys.list', {}, terminal);
  client.close();
  if (ring === null) return EXIT.cannot;
  if (options.json === true) terminal.print(JSON.stringify(ring));
  else show(ring, terminal);
  return EXIT.ok;
}

function show({ keys, revocations, bindings, complaints }: KeyRing, terminal: Terminal): void {
  const { print, complain } = terminal;
  const isRevoked = (keyId: string) => revocations.some((one) => one.keyId === keyId);
  if (keys.length === 0) print('No key is trusted: ringfence keys add FILE.pub, or ringfence keys trust MANIFEST');
  else {
    const rows = keys.map(({ keyId, name, file }) => [
      keyId,
      `${visible(name)}${isRevoked(keyId) ? ' (REVOKED)' : ''}`,
      visible(file ?? ''),
    ]);
    for (const line of table(['TRUSTED KEY', 'NAME', 'FILE'], rows)) print(line);
  }
  const revoked = revocations.map(({ keyId, date, reason }) => [keyId, date, visible(reason)]);
  if (revoked.length > 0) for (const line of ['', ...table(['REVOKED KEY', 'SINCE', 'REASON'], revoked)]) print(line);
  const bound = bindings.map(({ skill, version, owner, keyName, keyId }) => [
    visible(skill),
    visible(version ?? '-'),
    owner === null ? 'everyone' : `uid ${owner}`,
    `${visible(keyName)} ${keyId.slice(0, 23)}…`,
  ]);
  if (bound.length > 0) for (const line of ['', ...table(['SKILL', 'NEWEST', 'FOR', 'BOUND TO'], bound)]) print(line);
  for (const complaint of complaints)
    complain(`${terminal.paintComplaint.warn('ringfence: warning:')} ${visible(complaint)}`);
}
