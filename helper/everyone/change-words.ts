/** What a change comes to, in the words of polkit’s prompt and of the record. */
import { STAGE_LABELS } from '../../core/policy/everyone-words.ts';
import type { AcceptedProgram } from '../../core/protocol/everyone.ts';
import type { Params } from '../../core/protocol/methods.ts';

export function stageWords({ stage, seconds }: Params<'everyone.setStage'>): string {
  if (stage === 'enforcing') return 'stop programs at sensitive places that are neither trusted nor accepted.';
  const time = seconds === undefined ? '' : ` for ${seconds} seconds`;
  return `let every program into sensitive places${time} (${STAGE_LABELS[stage]}).`;
}

export function overrideWords({ location, others }: Params<'everyone.override'>): string {
  return others === 'unset'
    ? `answer programs at ${location} as the catalogue says.`
    : `answer programs at ${location} with ${others}, whatever the catalogue says.`;
}

export function acceptWords(program: string, location: AcceptedProgram['location']): string {
  return `let ${program} into ${placeWords(location)}, whoever starts it.`;
}

export function revokeWords({ program, location }: Params<'everyone.revoke'>): string {
  return `accept ${program} no longer${location === undefined ? '' : ` at ${placeWords(location)}`}.`;
}

function placeWords(location: AcceptedProgram['location']): string {
  return location === '*' ? 'every sensitive place' : location;
}
