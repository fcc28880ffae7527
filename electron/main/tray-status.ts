/** What the tray says of the state: one picture, one line. */
import { MODE_LABELS } from '../../core/policy/mode-words.ts';
import { MODES, type Mode } from '../../core/policy/modes.ts';
import type { DesktopState } from '../../core/protocol/desktop.ts';
import { everyoneInWords } from '../../core/protocol/everyone.ts';
import { type ModeSettings, weakenings } from '../../core/protocol/modes.ts';
import type { Session } from '../../core/protocol/session.ts';
import type { TrayState } from './icon/icons.ts';

export interface TrayStatus {
  readonly state: TrayState;
  readonly line: string;
  /** Questions that can be reviewed. */
  readonly waiting: number;
  /** Of everyone else, where they are held or are to be. */
  readonly everyone?: { readonly line: string; readonly waiting: number };
}

export function trayStatus(desktop: DesktopState): TrayStatus {
  const { link, approvals, sessions, modes, answering } = desktop;
  const waiting = approvals.length;
  const others = link.state === 'connected' && link.enforcement.state === 'enforcing' ? othersOf(desktop) : null;
  const say = (state: TrayState, line: string): TrayStatus => ({
    ...{ state, line, waiting },
    ...(others === null ? {} : { everyone: others.told }),
  });
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
  const weak = weakest(running, modes);
  const all = weak === null ? guarded(running.length) : notHeld(weak, running);
  const agents = weak === null && others?.isLoose ? `Agents: enforcing. ${others.told.line}` : all;
  if (answering.state === 'view-only') return say('view-only', `${agents}; this copy only looks on`);
  if (waiting > 0) return say('asking', waiting === 1 ? 'A question is waiting' : `${waiting} questions are waiting`);
  return say(weak === null && !others?.isLoose ? 'protected' : 'audited', agents);
}

/** Everyone else: the stage as it is, and what waits in the inbox. */
function othersOf({
  everyone,
  inbox,
}: DesktopState): { isLoose: boolean; told: { line: string; waiting: number } } | null {
  if (everyone === null) return null;
  const { grade, words } = everyoneInWords({ ...everyone, until: everyone.until && clockTime(everyone.until) });
  return { isLoose: grade !== 'held', told: { line: `Everyone else: ${words}`, waiting: inbox.entries.length } };
}

function clockTime(timestamp: string): string {
  return new Date(timestamp).toLocaleString('sv').slice(0, 16);
}

/** The most lenient mode that an agent runs in, or could be started in. */
function weakest(running: readonly Session[], modes: ModeSettings): Mode | null {
  const all = [...running.map(({ mode = 'enforce' }) => mode), ...weakenings(modes).map(({ mode }) => mode)];
  return MODES.toReversed().find((mode) => mode !== 'enforce' && all.includes(mode)) ?? null;
}

function notHeld(mode: Mode, running: readonly Session[]): string {
  const weak = running.filter((session) => (session.mode ?? 'enforce') !== 'enforce').length;
  if (weak === 0) return `${MODE_LABELS[mode]}, as soon as an agent runs that it is set for`;
  return `${MODE_LABELS[mode]}, ${weak} of ${running.length} ${running.length === 1 ? 'agent' : 'agents'}`;
}

function guarded(agents: number): string {
  if (agents === 0) return 'Enforcing; no agent is running';
  return agents === 1
    ? 'Enforcing; 1 agent is held to its manifest'
    : `Enforcing; ${agents} agents are held to their manifests`;
}
