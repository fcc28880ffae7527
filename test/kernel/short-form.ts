/**
 * What `npm test` runs of the kernel parts, and on which kernel: emulated, a helper takes a minute to start and a session seconds, so what
 * judges many calls in little time is here, and of what goes through the whole product the group that says most. The long form runs
 * everything on both kernels.
 */
import type { Kernel } from '../vm/kernel-package.ts';

/** Part -> what its program is told beside the usual. */
export type ShortForm = Readonly<Record<string, readonly string[]>>;

export const SHORT_FORM: Readonly<Record<Kernel, ShortForm>> = {
  '6.1': {
    verdicts: [],
    pins: without(
      'installed: an editor',
      'installed: a writer that was there before',
      'installed: something is mounted over the skill',
      'installed: the helper dies',
      'installed: programs by their content',
    ),
    product: without('manifests that are refused', 'hosts through a proxy', 'name servers that change'),
    modes: without(
      'whom a mode is taken from',
      'a manifest that asks for audit',
      'an agent that switches its mode',
      'a mode that ends while no helper runs',
    ),
    'machine-wide': without('trust', 'npm', 'tricks', 'day'),
  },
  '6.12': {
    verdicts: [],
    language: [],
    holds: [],
    names: without('programs that look names up', 'Codex CLI'),
    approvals: ['--only', 'shells', '--shell', 'dash', '--only', 'hangs'],
    skills: without(
      'what interpreters are told',
      'what a skill may not beside its agent',
      'names of hosts',
      'questions',
      'the border within a session',
      'a skill that is changed',
    ),
    recognition: without(
      'agents that run already',
      'programs that are no agents',
      'sessions of their own',
      'what is only suggested',
    ),
  },
};

function without(...groups: string[]): string[] {
  return groups.flatMap((group) => ['--without', group]);
}
