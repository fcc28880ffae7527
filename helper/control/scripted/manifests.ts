/** Manifests of scripted sessions, signed by a key that lives as long as the scripted helper. */
import { readFileSync } from 'node:fs';
import {
  completeDraft,
  generateKey,
  MANIFEST_NAME,
  type Manifest,
  type SkillEntry,
  signManifest,
} from '../../../core/manifest/index.ts';
import { type ProtocolError, protocolError } from '../../../core/protocol/errors.ts';
import type { ManifestView } from '../../../core/protocol/manifest.ts';
import type { MethodResult, Params } from '../../../core/protocol/methods.ts';
import type { SessionId } from '../../../core/protocol/scalars.ts';
import type { Session } from '../../../core/protocol/session.ts';
import { failure, type Result, success } from '../../../core/result.ts';
import { MACHINE_KEY_NAME } from '../../manifest/machine-key-name.ts';
import { refusalOf } from '../../worker/refusal.ts';
import { isRoot, type Peer } from '../peer.ts';
import { scriptedAuthorization } from './answers.ts';
import type { Script } from './script.ts';

type Known = { readonly session: Session; readonly view: ManifestView };

export class ScriptedManifests {
  readonly #told: Script;
  readonly #key = generateKey(MACHINE_KEY_NAME);
  readonly #signed = new Map<SessionId, string>();

  constructor(told: Script) {
    this.#told = told;
  }

  get({ session: id }: Params<'manifest.get'>, peer: Peer): Result<MethodResult<'manifest.get'>, ProtocolError> {
    const known = this.#find(id, peer);
    if (!known.ok) return known;
    const { session, view } = known.value;
    const { owner } = session;
    const signed = this.#signed.get(id);
    if (signed === undefined || textAt(view.path) !== signed) return success({ ...view, owner });
    const signature = { state: 'valid', keyName: MACHINE_KEY_NAME, byThisMachine: true } as const;
    return success({ ...view, owner, signature, changedSince: true });
  }

  sign(
    { session: id, draft }: Params<'manifest.sign'>,
    peer: Peer,
  ): Result<MethodResult<'manifest.sign'>, ProtocolError> {
    const known = this.#find(id, peer);
    if (!known.ok) return known;
    const { view } = known.value;
    const completed = completeDraft({
      draft: Buffer.from(draft),
      entries: entriesOf(view.text),
      manifestName: MANIFEST_NAME,
      signedBy: MACHINE_KEY_NAME,
    });
    if (!completed.ok) {
      const refusals = completed.refusals.map(refusalOf);
      return failure(protocolError('manifest-refused', refusals[0]?.message ?? '', { refusals }));
    }
    const may = scriptedAuthorization(this.#told, peer);
    if (!may.ok) return may;
    const manifest = signManifest(completed.manifest, this.#key.secretKey, MACHINE_KEY_NAME);
    this.#signed.set(id, manifest);
    const warnings = completed.warnings.map(({ message, remedy }) => `${message} (${remedy})`);
    return success({ manifest, path: view.path, warnings });
  }

  #find(id: SessionId, peer: Peer): Result<Known, ProtocolError> {
    const session = this.#told.sessions.find((one) => one.id === id);
    const view = this.#told.manifests[id];
    if (session && view && (isRoot(peer) || session.owner === peer.uid)) return success({ session, view });
    return failure(protocolError('not-found', `there is no session ${id}`));
  }
}

/** The files that a manifest lists, as if they were there. */
function entriesOf(text: string): SkillEntry[] {
  const { hashes } = JSON.parse(text) as Manifest;
  const file = { kind: 'file', links: 1, bytes: 1 } as const;
  return Object.entries(hashes).map(([path, hash]) => ({ ...file, path, sha256: hash.slice('sha256:'.length) }));
}

function textAt(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
