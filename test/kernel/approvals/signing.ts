/** The manifest of a running session, read from the real helper, and a draft of it signed by this machine. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect, type HelperClient } from '../../../client/index.ts';
import { asDev, give, records, skill, startAsDev, until } from '../installed.ts';
import type { Tally } from '../tally.ts';
import { RINGFENCE, WORK } from './grey.ts';

const GO = join(WORK, 'go');
const PLAIN = join(WORK, 'plain');
const NO_PROBLEM_MS = 60_000;

export async function signing({ tally }: { readonly tally: Tally }): Promise<void> {
  give(WORK);
  give(PLAIN, 'plain-content');
  rmSync(GO, { force: true });
  const manifest = skill('draft', { exec: ['/usr/bin/*', '/bin/sh'], filesystem: { read: [GO, WORK] } });
  const { ended } = startAsDev([
    ...[RINGFENCE, 'run', '--manifest', manifest, '--'],
    ...['/bin/sh', '-c', `while ! test -e ${GO}; do sleep 0.2; done`],
  ]);
  const connected = await connect({ client: { name: 'signing', version: '1' } });
  if (!connected.ok) throw new Error(connected.error.message);
  const client = connected.value;
  await until(
    () => records().some(({ kind, skill_id }) => kind === 'session.started' && skill_id === 'draft'),
    NO_PROBLEM_MS,
  );
  await judge(client, manifest, tally);
  client.close();
  writeFileSync(GO, '');
  await ended;
}

async function judge(client: HelperClient, manifest: string, tally: Tally): Promise<void> {
  const listed = await client.call('session.list', {});
  const session = listed.ok ? listed.value.sessions.find(({ skillId }) => skillId === 'draft')?.id : undefined;
  if (!session) throw new Error('there is no session');
  const got = await client.call('manifest.get', { session });
  tally.check('the manifest is shown as bound', got.ok && got.value.text === readFileSync(manifest, 'utf8'));
  tally.check(
    'signed by its publisher',
    got.ok && got.value.signature.state === 'valid' && !got.value.signature.byThisMachine,
  );
  const read = () => asDev([RINGFENCE, 'run', '--manifest', manifest, '--', '/usr/bin/cat', PLAIN]);
  tally.check('control: as it stands the file is closed', !read().stdout.includes('plain-content'));
  const draft = JSON.parse(readFileSync(manifest, 'utf8'));
  draft.permissions.filesystem.read.push(PLAIN);
  const signed = await client.call('manifest.sign', { session, draft: JSON.stringify(draft) });
  if (!signed.ok) return tally.check('a draft is signed', false, JSON.stringify(signed.error));
  give(manifest, signed.value.manifest);
  const again = await client.call('manifest.get', { session });
  const signature = again.ok ? again.value.signature : null;
  tally.check('the file is signed by this machine now', signature?.state === 'valid' && signature.byThisMachine);
  tally.check('and says that it has changed since', again.ok && again.value.changedSince);
  const said = read();
  tally.check('from the next start it holds', said.stdout.includes('plain-content'), said.stderr);
  tally.check(
    'the signing is on record',
    records().some(({ kind }) => kind === 'manifest.signed'),
  );
  const wide = { ...draft, permissions: { ...draft.permissions, filesystem: { read: ['relative/path'] } } };
  const refused = await client.call('manifest.sign', { session, draft: JSON.stringify(wide) });
  tally.check(
    'a draft that is none is refused with its place',
    !refused.ok && JSON.stringify(refused.error).includes('read'),
  );
  tally.check('the key is root’s alone', existsSync('/var/lib/ringfence/keys/manifest.key'));
  const stolen = asDev(['/bin/cat', '/var/lib/ringfence/keys/manifest.key']);
  tally.check('and nobody else reads it', stolen.status !== 0);
}
