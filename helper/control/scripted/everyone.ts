/** Everyone else as a scripted helper holds them: the real thing, kept in the script instead of files and a kernel. */
import type { HelperEvent } from '../../../core/protocol/events.ts';
import { failure, success } from '../../../core/result.ts';
import { acceptableProgram } from '../../everyone/acceptable.ts';
import { Everyone } from '../../everyone/everyone.ts';
import { EMPTY_INBOX } from '../../everyone/inbox.ts';
import { stageEnding } from '../../everyone/stage-clock.ts';
import { bootMoment } from '../../mode/boot-clock.ts';
import { scriptedAuthorization } from './answers.ts';
import type { Script } from './script.ts';

export function scriptedEveryone(told: Script, happen: (happened: HelperEvent) => void): Everyone | null {
  if (told.everyone === undefined) return null;
  const { trouble, until, ...stored } = told.everyone;
  const now = bootMoment();
  const left = until === null ? 0 : Math.max(1, Math.ceil((Date.parse(until) - now.wallMs) / 1000));
  const end = until === null ? null : { ...stageEnding(now, left), at: until };
  const obstacles = new Map(told.inbox.map((entry) => [entry.script ?? entry.program, entry.obstacle]));
  const entries = told.inbox.map(({ obstacle: _, ...entry }) => ({ ...entry, dismissed: null })).reverse();
  const everyone = new Everyone({
    file: { read: () => success({ ...stored, until: end }), write: () => {} },
    inboxFile: { read: () => success({ ...EMPTY_INBOX, entries }), write: () => {} },
    kernel: { place: () => (trouble === null ? success(undefined) : failure(trouble)) },
    now: bootMoment,
    acceptable(program) {
      const obstacle = obstacles.get(program);
      if (obstacle !== undefined)
        return failure({ message: obstacle.replace(/\. .*$/s, ''), remedy: obstacle.replace(/^.*?\. /s, '') });
      return obstacles.has(program) ? success(program) : acceptableProgram(program);
    },
    authorize: async (peer) => scriptedAuthorization(told, peer),
    record: async () => undefined,
    tell: happen,
    onTrouble: () => {},
  });
  everyone.renew();
  return everyone;
}
