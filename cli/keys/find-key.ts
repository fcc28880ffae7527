import type { KeyRing } from '../../core/protocol/keys.ts';
import { CommandError } from '../manifest/command-error.ts';

const SHORTEST = 8;

/** The key that a person means: by its whole id, which need not be known here, or by what tells it from all known ones. */
export function findKey(given: string, ring: KeyRing): { readonly keyId: string; readonly name: string | null } {
  const digits = given.replace(/^sha256:/, '').toLowerCase();
  const isId = /^[0-9a-f]+$/.test(digits) && digits.length >= SHORTEST;
  const matching = ring.keys.filter(
    ({ keyId, name }) => name === given || (isId && keyId.startsWith(`sha256:${digits}`)),
  );
  const [first, second] = matching;
  if (second !== undefined) {
    throw new CommandError(`${given} means more than one key`, 'Give its whole id: ringfence keys list');
  }
  if (first !== undefined) return { keyId: first.keyId, name: first.name };
  if (isId && digits.length === 64) return { keyId: `sha256:${digits}`, name: null };
  throw new CommandError(`no key ${given} is known here`, 'Give its whole id (sha256:…), or see: ringfence keys list');
}
