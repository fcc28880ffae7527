/** What the tray says of the state: one picture, one line. */
import type { DesktopState } from '../../core/protocol/desktop.ts';
import type { TrayState } from './icon/icons.ts';

export interface TrayStatus {
  readonly state: TrayState;
  readonly line: string;
  /** Questions that can be reviewed. */
  readonly waiting: number;
}

export function trayStatus({ link, approvals, sessions, answering }: DesktopState): TrayStatus {
  const waiting = approvals.length;
  const say = (state: TrayState, line: string): TrayStatus => ({ state, line, waiting });
  switch (link.state) {
    case 'connecting':
      return say('helper-lost', 'Looking for the helper');
    case 'absent':
      return say('helper-lost', 'The helper does not run');
    case 'lost':
      return say('helper-lost', 'The helper is lost: whatever would be asked is refused');
    case 'incompatible':
      return say('helper-lost', 'The helper is of another version');
    case 'denied':
      return say('helper-lost', 'The helper does not accept this app');
    case 'connected':
      break;
  }
  if (link.enforcement.state === 'not-enforcing') return say('not-enforcing', 'NOT ENFORCING: agents are not held');
  if (answering.state === 'view-only') return say('view-only', `${guarded(sessions.length)}; this copy only looks on`);
  if (waiting > 0) return say('asking', waiting === 1 ? 'A question is waiting' : `${waiting} questions are waiting`);
  return say('protected', guarded(sessions.length));
}

function guarded(agents: number): string {
  if (agents === 0) return 'Enforcing; no agent is running';
  return agents === 1
    ? 'Enforcing; 1 agent is held to its manifest'
    : `Enforcing; ${agents} agents are held to their manifests`;
}
