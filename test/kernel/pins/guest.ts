/** Runs in the guest as root: what bound skills stand on, on the kernel side by itself and in the installed product. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { open } from '../../../helper/kernel/event-source.ts';
import { Guard } from '../../../helper/kernel/guard.ts';
import { takeDown } from '../../../helper/kernel/put-in-force.ts';
import { CHOICE, isChosen } from '../chosen.ts';
import { leavePattern } from '../handed-back.ts';
import { Tally } from '../tally.ts';
import { additions } from './additions.ts';
import { Arena } from './arena.ts';
import { binding, races, refusedWhere } from './binding.ts';
import { changes, type Place } from './changes.ts';
import { installedSkills } from './installed-skills.ts';
import { pinnedPrograms } from './pinned-programs.ts';

const { values } = parseArgs({
  options: {
    programs: { type: 'string', default: '' },
    object: { type: 'string', default: '' },
    ...CHOICE,
    /** Every file system in full. */
    full: { type: 'boolean', default: false },
  },
});
const PINS = '/sys/fs/bpf/ringfence-pins';
/** How long a writer races with binding. */
const RACE_SECONDS = values.full ? 60 : 10;
const tally = new Tally();

function disk(type: string, place: string): Place {
  const image = `/home/${type}.img`;
  writeFileSync(image, '');
  truncateSync(image, 512 * 1024 * 1024);
  execFileSync(`mkfs.${type}`, ['-q', image]);
  mkdirSync(place, { recursive: true });
  execFileSync('mount', ['-o', 'loop', image, place]);
  return { type, path: place };
}

function memory(): Place {
  mkdirSync('/mnt/pins-memory', { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', '/mnt/pins-memory']);
  return { type: 'tmpfs', path: '/mnt/pins-memory' };
}

function overlay(): Place {
  for (const name of ['lower', 'upper', 'work']) mkdirSync(`/home/layers/${name}`, { recursive: true });
  mkdirSync('/mnt/pins-overlay', { recursive: true });
  const layers = 'lowerdir=/home/layers/lower,upperdir=/home/layers/upper,workdir=/home/layers/work';
  execFileSync('mount', ['-t', 'overlay', '-o', layers, 'overlay', '/mnt/pins-overlay']);
  return { type: 'overlay', path: '/mnt/pins-overlay' };
}

async function onTheKernelSide(): Promise<void> {
  mkdirSync('/home/pins', { recursive: true });
  const places = [{ type: 'ext4', path: '/home/pins' }, memory(), disk('btrfs', '/mnt/b'), disk('xfs', '/mnt/x')];
  const guard = new Guard({ objectFile: values.object, pinDirectory: PINS });
  guard.protect([]);
  const source = await open({ pinDirectory: PINS });
  const arena = new Arena(guard, source, values.programs);
  for (const [turn, place] of places.entries()) {
    const short = place.type === 'ext4' ? 'in-turn' : 'some';
    const extent = values.full ? 'all' : short;
    await group(`changes on ${place.type}`, () => changes(arena, tally, place, { extent, turn }));
    if (values.full || extent === 'in-turn')
      await group(`additions on ${place.type}`, () => additions(arena, tally, place));
    await group(`binding on ${place.type}`, () => binding(arena, tally, place));
    if (values.full || extent === 'in-turn')
      await group(`races on ${place.type}`, () => races(arena, tally, place, RACE_SECONDS));
  }
  await group('binding on overlay', () => refusedWhere(arena, tally, overlay()));
  await arena.close();
  const skipped = guard.side.statistics().filter(({ recursionMisses }) => recursionMisses > 0n);
  tally.check('no call was passed unjudged', skipped.length === 0, skipped.map(({ name }) => name).join(', '));
  guard.close();
  source.close();
  takeDown(PINS);
}

async function group(name: string, run: () => Promise<void> | void): Promise<void> {
  if (isChosen(name, values)) await tally.group(name, run);
}

await onTheKernelSide();
await installedSkills({ tally, group, programs: values.programs });
await group('installed: programs by their content', () => pinnedPrograms(tally));
const log = execFileSync('dmesg', { encoding: 'utf8' });
const warning = /WARNING: CPU|BUG: |Oops: |Call Trace/.exec(log);
tally.check('the kernel log has no warning', warning === null, warning?.[0]);
leavePattern();
console.log(`${tally.passed} passed, ${tally.failed} failed`);
process.exit(tally.failed === 0 ? 0 : 1);
