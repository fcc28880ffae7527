import { parserInput } from './parser-input.ts';
import { judgeParser } from './parser-oracles.ts';
import type { Subject } from './subject.ts';
import { verifierInput } from './verifier-input.ts';
import { judgeVerifier } from './verifier-oracles.ts';

export type CampaignName = 'parser' | 'verifier';

export type JudgedCase = {
  readonly kind: string;
  readonly outcome: string;
  readonly bytes: number;
  readonly problem: string | null;
};

/** One case of a campaign, made and judged; the same each time. */
export function judgeCase(subject: Subject, campaign: CampaignName, seed: number, index: number): JudgedCase {
  if (campaign === 'parser') {
    const { kind, bytes } = parserInput(seed, index);
    return { kind, bytes: bytes.length, ...judgeParser(subject, bytes) };
  }
  const input = verifierInput(seed, index);
  return { kind: input.kind, bytes: input.bytes.length, ...judgeVerifier(subject, input) };
}

/** The bytes of a case, for a person who looks into it. */
export function bytesOfCase(campaign: CampaignName, seed: number, index: number): Uint8Array {
  return campaign === 'parser' ? parserInput(seed, index).bytes : verifierInput(seed, index).bytes;
}
