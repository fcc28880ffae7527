/** What becomes of programs that are no agents, and neither trusted nor accepted, at a place of the catalogue. From lenient to strict. */
export const OTHERS_ANSWERS = ['allow', 'audit', 'ask', 'deny'] as const;
export type OthersAnswer = (typeof OTHERS_ANSWERS)[number];
