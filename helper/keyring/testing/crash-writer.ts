/** Remembers one newer version after the other until it is killed. */
import { join } from 'node:path';
import { Trust } from '../trust.ts';

const [folder = '', memory = ''] = process.argv.slice(2);
const trust = new Trust({
  trustedKeys: join(folder, 'trusted'),
  revokedKeys: join(folder, 'revoked'),
  memory,
  ownKeys: () => [],
});
const known = trust.bindings();
const last = known.ok ? known.value[0]?.last?.version : undefined;
process.send?.('ready');
for (let major = Number(last?.split('.')[0] ?? 0) + 1; ; major += 1) {
  const digest = major.toString(16).padStart(64, '0');
  const issue = { skillId: 'mail', version: `${major}.0.0`, keyId: `sha256:${'0'.repeat(64)}`, keyName: 'k' };
  const admitted = trust.admit(1000, { ...issue, created: null, supersedes: [], digest });
  if (!admitted.ok) throw new Error(admitted.error.message);
}
