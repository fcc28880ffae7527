/** What two runs of an agent at the same task may differ in. Everything else that the model is told has to be the same. */

import { normalised as normalisedOutput } from '../benign/normalised.ts';

type Normalised = {
  readonly text: RegExp;
  readonly as: string;
  readonly why: string;
  /** Of that agent's runs alone. */
  readonly agent?: string;
};

const NORMALISED: readonly Normalised[] = [
  { text: /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, as: '<id>', why: 'sessions and calls' },
  { text: /\ba[0-9a-f]{16}\b/g, as: '<id>', why: 'claude numbers its sub-agents' },
  { text: /\bWall time: [\d.]+ seconds/g, as: 'Wall time: a while', why: 'codex says how long a command took' },
  { text: /\bChunk ID: [0-9a-f]+/g, as: 'Chunk ID: <id>', why: 'codex numbers what it reads' },
  { text: /CONTENT id="[0-9a-f]+"/g, as: 'CONTENT id="<id>"', why: 'openclaw marks what is from elsewhere' },
  { text: /\b\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?( ?(Z|UTC|GMT\S*))?)?/g, as: '<time>', why: 'today' },
  { text: /\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? [A-Z][a-z]+ \d+,? \d{4}/g, as: '<day>', why: 'today' },
  {
    text: /\b(PID|PGID|Process Group PGID|Background PIDs): \d+/g,
    as: '$1: <pid>',
    why: 'gemini names processes and their groups',
  },
  { text: /\bses_[0-9A-Za-z]{26}\b/g, as: '<id>', why: 'opencode numbers its sessions', agent: 'opencode' },
];

/** What runs of an agent may differ in. */
export const normalisedOf = (agent: string): readonly Normalised[] =>
  NORMALISED.filter(({ agent: only }) => only === undefined || only === agent);

export const normalised = (text: string, agent: string): string =>
  normalisedOf(agent).reduce((rest, { text: pattern, as }) => rest.replace(pattern, as), normalisedOutput(text));
