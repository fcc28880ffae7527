/** Modes of a scripted helper: the real ones, kept in the script instead of a file. */
import type { HelperEvent } from '../../../core/protocol/events.ts';
import { success } from '../../../core/result.ts';
import { bootMoment } from '../../mode/boot-clock.ts';
import type { StoredModes, StoredSetting } from '../../mode/mode-file.ts';
import { Modes } from '../../mode/modes.ts';
import { scriptedAuthorization } from './answers.ts';
import type { Script } from './script.ts';

export function scriptedModes(told: Script, happen: (happened: HelperEvent) => void): Modes {
  const modes: Modes = new Modes({
    file: { read: () => success(storedOf(told)), write: () => {} },
    now: bootMoment,
    authorize: async (peer) => scriptedAuthorization(told, peer),
    record: async () => undefined,
    tell: happen,
    onTrouble: () => {},
  });
  modes.follow(() => {
    told.modes = modes.list();
  });
  return modes;
}

/** Of what the script has set: an end in it is one that has not come, or has. */
function storedOf({ modes: { machine, agents } }: Script): StoredModes {
  return {
    machine: machine && settingOf(machine),
    agents: Object.fromEntries(agents.map((one) => [one.agent, settingOf(one)])),
  };
}

function settingOf({ mode, since, until, ended }: NonNullable<Script['modes']['machine']>): StoredSetting {
  const { bootId, bootNs } = bootMoment();
  const end = { bootId, bootNs: String(ended ? 0n : bootNs + 3_600_000_000_000n) };
  return { mode, since, until: until === null ? null : { at: until, ...end } };
}
