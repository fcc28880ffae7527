import { z } from 'zod';
import { MODE_LABELS } from '../policy/mode-words.ts';
import { effectiveMode, MODES, type Mode } from '../policy/modes.ts';
import { timestamp } from './scalars.ts';

export const mode = z.enum(MODES);

/** Name of the program that starts an agent, as `applies_to.agents` of a manifest has it. */
export const agentName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}$/);

/** What an administrator has set. */
export const modeSetting = z.object({
  mode,
  since: timestamp,
  /** When it is over; null: it holds until it is changed. */
  until: timestamp.nullable(),
  /** It is over, and counts as `enforce` until it is changed. */
  ended: z.boolean(),
});
export type ModeSetting = z.infer<typeof modeSetting>;

/** How strictly agents of this machine are held to their manifests; nothing set: they are. */
export const modeSettings = z.object({
  machine: modeSetting.nullable(),
  agents: z.array(modeSetting.extend({ agent: agentName })).max(256),
});
export type ModeSettings = z.infer<typeof modeSettings>;

export const NO_MODES: ModeSettings = { machine: null, agents: [] };
/** Longest time that a mode can be set for, in seconds: a week. */
export const MAX_MODE_SECONDS = 7 * 24 * 3600;

/** One that loosens something now. `agent` null: every agent of the machine. */
export type Weakening = {
  readonly agent: string | null;
  readonly mode: Exclude<Mode, 'enforce'>;
  readonly until: string | null;
};

/** What is loosened now, as far as it is not overruled: where the machine is stricter, an agent's own setting loosens nothing more. */
export function weakenings({ machine, agents }: ModeSettings): Weakening[] {
  const ofMachine = machine && inForce(machine);
  const own = agents.map((setting) => ({
    ...setting,
    mode: effectiveMode({ machine: ofMachine, agent: inForce(setting), insists: false }),
  }));
  const all = [...(machine && ofMachine ? [{ ...machine, agent: null, mode: ofMachine }] : []), ...own];
  return all.flatMap(({ agent, mode, until }) => (mode === 'enforce' ? [] : [{ agent, mode, until }]));
}

function inForce({ mode, ended }: ModeSetting): Mode {
  return ended ? 'enforce' : mode;
}

/** `claude: AUDIT: not enforcing, until 2026-01-01T00:00:00Z`. */
export function weakeningInWords({ agent, mode, until }: Weakening): string {
  return `${agent ?? 'every agent'}: ${MODE_LABELS[mode]}, ${until === null ? 'until it is changed' : `until ${until}`}`;
}
