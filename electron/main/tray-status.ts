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
  const running = sessions.filter(({ endedAt }) => endedAt === null);
  const audited = running.filter(({ mode }) => mode === 'audit').length;
  const agents = audited > 0 ? auditedOnly(audited, running.length) : guarded(running.length);
  if (answering.state === 'view-only') return say('view-only', `${agents}; this copy only looks on`);
  if (waiting > 0) return say('asking', waiting === 1 ? 'A question is waiting' : `${waiting} questions are waiting`);
  return say(audited > 0 ? 'audited' : 'protected', agents);
}

function auditedOnly(audited: number, agents: number): string {
  if (agents === 1) return 'Audited only: what its manifest does not declare is allowed and recorded';
  const [whose, declare] = audited === 1 ? ['its manifest', 'does'] : ['their manifests', 'do'];
  return `Audited only, ${audited} of ${agents} agents: what ${whose} ${declare} not declare is allowed and recorded`;
}

function guarded(agents: number): string {
  if (agents === 0) return 'Enforcing; no agent is running';
  return agents === 1
    ? 'Enforcing; 1 agent is held to its manifest'
    : `Enforcing; ${agents} agents are held to their manifests`;
}
