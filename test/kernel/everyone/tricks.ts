/**
 * The suite of attacks on agents, done by a program that is no agent to keys below ~/.ssh: whatever of them reads, changes or plants a key
 * without the guard does not with it.
 */
import { execFileSync } from 'node:child_process';
import { release } from 'node:os';
import { join } from 'node:path';
import { ATTACKS, type Attack, type Case, isPossible, programOf } from '../../attacks/attack.ts';
import { makeFixture } from '../../attacks/fixture.ts';
import { areaOf, grantedOf } from '../../attacks/places.ts';
import { asDev } from '../installed.ts';
import type { Tally } from '../tally.ts';

/** What these do is kept from agents alone. */
const NOT_OURS: Readonly<Record<string, string>> = {
  'list-directory': 'names in a folder are no content',
  rmdir: 'an empty folder is no key',
  'mkdir-plant': 'only keys and settings of ssh are kept from planting, not all of ~/.ssh',
  'symlink-plant': 'the same',
  'mknod-plant': 'the same',
  'bubblewrap-write': 'the same',
  'local-socket': 'connecting is not asked about',
  'local-datagram': 'connecting is not asked about',
  'attribute-set': 'an attribute is no content',
  'attribute-remove': 'the same',
  'access-list-set': 'whoever it lets in is held all the same',
  'access-list-remove': 'the same',
  'times-set': 'when a key was last changed is no content',
  'times-touch': 'the same',
  'watch-folder': 'that something changes is no content',
  'receive-file': 'whoever hands it over has opened it, and was held there',
  'deeper-than-limit': 'nothing that is a place lies so deep',
  'ssh-key-as-configuration': 'what a trusted program can be talked into is not held (docs/security.md)',
  'hardlink-old': 'a second name that was there before the guard is one that nobody knows',
};

export interface TricksSetup {
  readonly tally: Tally;
  /** Of the attack suite. */
  readonly programs: string;
}

const SUCCEEDED = 0;
/** attack.h: at the intended call, or at one before. */
const REFUSED = [10, 11];

function attacks(): Attack[] {
  const chosen = ATTACKS.filter(
    (one) => one.areas.includes('protected') && !one.as && !(one.name in NOT_OURS) && isPossible(one, release(), true),
  );
  // what no manifest is about leaves agents no overlay at all
  const overlays = ATTACKS.filter(({ name }) => name === 'overlay-copy-up');
  return [...chosen, ...overlays];
}

/** Each in ~/.ssh itself, laid out anew. */
function caseOf(attack: Attack): Case {
  return { id: attack.name, attack: { ...attack, top: true }, area: 'protected', port: 0 };
}

export function tryTricks({ tally, programs }: TricksSetup, guarded: boolean): void {
  for (const attack of attacks()) {
    const one = caseOf(attack);
    makeFixture([one], programs);
    const { status, stdout, stderr } = asDev([join(programs, programOf(attack)), areaOf(one), grantedOf(one), '0']);
    const ok = guarded ? REFUSED.includes(status ?? -1) : status === SUCCEEDED;
    tally.check(`${guarded ? '' : 'control: '}${attack.name}`, ok, `${status} ${stdout} ${stderr}`);
    putBack();
  }
}

/** What moved the folder away has taken it from those that come after. */
function putBack(): void {
  execFileSync('find', ['/home/dev/work', '-mindepth', '1', '-delete']);
}
