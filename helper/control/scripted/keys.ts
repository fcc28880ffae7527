/** Keys of a scripted helper: the real keyring in a folder that lives as long as the process, judged without a worker of its own. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { failure } from '../../../core/result.ts';
import { KeyChanges } from '../../keyring/key-changes.ts';
import { Trust } from '../../keyring/trust.ts';
import { judgePublisher } from '../../worker/judge-publisher.ts';
import { scriptedAuthorization } from './answers.ts';
import type { Script } from './script.ts';

export function scriptedKeys(told: Script): () => KeyChanges {
  let made: KeyChanges | null = null;
  return () => {
    made ??= makeKeys(told);
    return made;
  };
}

function makeKeys(told: Script): KeyChanges {
  const folder = mkdtempSync(join(tmpdir(), 'scripted-keys-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const trustedKeys = join(folder, 'trusted-keys.d');
  const revokedKeys = join(folder, 'revoked-keys.d');
  mkdirSync(trustedKeys, { mode: 0o755 });
  for (const [index, text] of told.trustedKeys.entries()) {
    writeFileSync(join(trustedKeys, `${index}.pub`), text, { mode: 0o644 });
  }
  const memory = join(folder, 'trust/memory.json');
  const trust = new Trust({ trustedKeys, revokedKeys, memory, ownKeys: () => [] });
  return new KeyChanges({
    ...{ trust, trustedKeys, revokedKeys },
    worker: {
      introduce: async (request) => {
        const judged = judgePublisher(request);
        return judged.ok ? judged : failure({ code: 'manifest-refused', refusals: judged.error });
      },
    },
    authorize: async (peer) => scriptedAuthorization(told, peer),
    record: async () => undefined,
  });
}
