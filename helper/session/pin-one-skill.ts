import { type ProtocolError, protocolError } from '../../core/protocol/errors.ts';
import { failure, type Result, success } from '../../core/result.ts';
import type { InodeKey } from '../kernel/layout.ts';
import { readHostMounts } from '../kernel/mounts.ts';
import { type Pins, PinsFull } from '../kernel/pins.ts';
import { type ProgramHash, type ProgramsToPin, pinPrograms } from './pin-programs.ts';
import { type PinnedSkill, type PinTable, pinSkill, type SkillToPin } from './pin-skill.ts';

/** A skill's files, and the programs that its manifest grants by content. `skill`: its number in the kernel. */
export type OnePinned = PinnedSkill & {
  readonly programs: readonly ProgramHash[];
  readonly skill: number;
  /** The skill's own: its files and folders. */
  readonly files: readonly InodeKey[];
};

/** From here on whoever changes the skill is noticed; after a failure nothing is left behind. */
export function pinOneSkill(
  pins: Pins,
  session: bigint,
  what: Omit<SkillToPin, 'mounts'>,
  programs: Omit<ProgramsToPin, 'mounts'>,
): Result<OnePinned, ProtocolError> {
  let skill: number | null = null;
  const files: InodeKey[] = [];
  const table: PinTable = {
    identify: (fd) => pins.identify(fd),
    add(number, key, role) {
      pins.add(number, key, role);
      if (role !== 'above') files.push(key);
    },
  };
  try {
    skill = pins.begin(session);
    const { mounts } = readHostMounts();
    const pinned = pinSkill(table, skill, { ...what, mounts });
    if (!pinned.ok) {
      pins.end(skill);
      return pinned;
    }
    return success({ ...pinned.value, programs: pinPrograms(pins, skill, { ...programs, mounts }), skill, files });
  } catch (error) {
    if (skill !== null) pins.end(skill);
    if (!(error instanceof PinsFull)) throw error;
    return failure(protocolError('limit-reached', error.message, { remedy: 'End other sessions and try again.' }));
  }
}
