/** Starters of a scripted helper: the real ones, installed into a folder that lives as long as the process. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { STARTERS } from '../../entry-points.ts';
import { MachineKey } from '../../manifest/machine-key.ts';
import { Starters } from '../../starters/starters.ts';
import { scriptedAuthorization } from './answers.ts';
import type { Script } from './script.ts';

export function scriptedStarters(told: Script): () => Starters {
  let made: Starters | null = null;
  return () => {
    made ??= makeStarters(told);
    return made;
  };
}

function makeStarters(told: Script): Starters {
  const folder = mkdtempSync(join(tmpdir(), 'scripted-starters-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return new Starters({
    ...{ shipped: STARTERS, installed: join(folder, 'starters'), machineKey: new MachineKey(join(folder, 'keys')) },
    authorize: async (peer) => scriptedAuthorization(told, peer),
    record: async () => undefined,
  });
}
