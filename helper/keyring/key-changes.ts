/** Changes to whom the guard believes: shown to a person, authorised by an administrator, on record, and only then made. */
import { basename, dirname } from 'node:path';
import {
  checkKeyName,
  checkReason,
  type PublicKey,
  parsePublicKey,
  type Revocation,
} from '../../core/manifest/index.ts';
import { type ProtocolError, protocolError } from '../../core/protocol/errors.ts';
import type { MethodName, MethodResult, Params } from '../../core/protocol/methods.ts';
import type { Uid } from '../../core/protocol/scalars.ts';
import { failure, type Result, success } from '../../core/result.ts';
import type { Authorize } from '../approval/authorize.ts';
import type { RecordDraft } from '../audit/options.ts';
import { isRoot, type Peer } from '../control/peer.ts';
import { readDetached } from '../manifest/current-file.ts';
import { OnePerUser } from '../manifest/one-per-user.ts';
import { reachableDirectory } from '../session/reach.ts';
import { scanSkillFolder } from '../session/skill-folder.ts';
import type { BindError } from '../worker/binding.ts';
import type { ManifestWorker } from '../worker/manifest-worker.ts';
import { removeKeyFiles, writeRevocation, writeTrustedKey } from './key-directories.ts';
import type { KeyFiles, Trust } from './trust.ts';

type KeyMethod = Extract<MethodName, `keys.${string}`>;
type Answer<M extends KeyMethod> = Promise<Result<MethodResult<M>, ProtocolError>>;

export interface KeyChangesOptions {
  readonly worker: Pick<ManifestWorker, 'introduce'>;
  readonly trust: Trust;
  readonly trustedKeys: string;
  readonly revokedKeys: string;
  readonly authorize: Authorize;
  /** Resolves once the records are durable. */
  readonly record: (drafts: RecordDraft[]) => Promise<unknown>;
}

/** What is to happen, in words for the prompt, and what the log says of it. */
type Change = { readonly words: string; readonly kind: string; readonly about: Omit<RecordDraft, 'kind'> };
type Introduced = { readonly key: PublicKey; readonly skill: string };

const ACTION = 'io.ringfence.trust-key';

export class KeyChanges {
  readonly #options: KeyChangesOptions;
  readonly #prompts = new OnePerUser(0);

  constructor(options: KeyChangesOptions) {
    this.#options = options;
  }

  async list(): Answer<'keys.list'> {
    const { trust } = this.#options;
    const found = trust.keyFiles();
    if (!found.ok) return found;
    const bindings = trust.bindings();
    if (!bindings.ok) return bindings;
    const { keys, revocations, complaints } = found.value;
    return success({
      keys: keys.map(({ keyId, name, source }) => ({ keyId, name, file: source ?? null })),
      revocations: [...revocations],
      complaints: complaints.map((each) => each.slice(0, 4096)),
      bindings: bindings.value.map(({ owner, skill, keyId, keyName, last }) => {
        return { owner: owner as Uid | null, skill, keyId, keyName, version: last?.version ?? null };
      }),
    });
  }

  async add({ key: text, name }: Params<'keys.add'>, peer: Peer): Answer<'keys.add'> {
    return this.#prompts.run<MethodResult<'keys.add'>>(peer.uid, async () => {
      const key = readKey(text, name);
      if (!key.ok) return key;
      const files = this.#fileable(key.value);
      if (!files.ok) return files;
      const { keyId } = key.value;
      const known = files.value.files.find((one) => one.key.keyId === keyId);
      if (known) return success({ keyId, name: known.key.name, file: known.path, changed: false });
      const done = await this.#make(this.#trusting(key.value, null), peer, () => this.#write(key.value));
      return done.ok ? success({ keyId, name: key.value.name, file: done.value, changed: true }) : done;
    });
  }

  /** Trusts the key that a manifest brings along and is signed with, and binds its skill to it. */
  async trust(params: Params<'keys.trust'>, peer: Peer): Answer<'keys.trust'> {
    return this.#prompts.run<MethodResult<'keys.trust'>>(peer.uid, async () => {
      const introduced = await this.#introduce(params, peer);
      if (!introduced.ok) return introduced;
      const { key, skill } = introduced.value;
      const files = this.#fileable(key);
      if (!files.ok) return files;
      const bound = this.#otherBinding(peer, introduced.value);
      if (bound !== null) return failure(bound);
      const known = files.value.keys.find((one) => one.keyId === key.keyId);
      const change = this.#trusting(known ?? key, skill);
      const done = await this.#make(change, peer, () => {
        const written = known === undefined ? this.#write(key) : success(known.source ?? null);
        if (!written.ok) return written;
        const pinned = this.#options.trust.pin(skill, known ?? key);
        return pinned.ok ? written : pinned;
      });
      if (!done.ok) return done;
      return success({
        keyId: key.keyId,
        name: (known ?? key).name,
        skill,
        file: done.value,
        changed: known === undefined,
      });
    });
  }

  async remove({ keyId }: Params<'keys.remove'>, peer: Peer): Answer<'keys.remove'> {
    return this.#prompts.run<MethodResult<'keys.remove'>>(peer.uid, async () => {
      const found = this.#options.trust.keyFiles();
      if (!found.ok) return found;
      const files = [...found.value.files, ...found.value.changed].filter(({ key }) => key.keyId === keyId);
      const [first] = files;
      if (first === undefined) return failure(unknownKey(keyId, found.value));
      const words = `trust the key “${first.key.name}” (${keyId}) no longer.`;
      const about = { key_id: keyId, key_name: first.key.name, path: first.path, action: 'keys.remove' };
      const paths = files.map(({ path }) => path);
      const done = await this.#make({ words, kind: 'trust.key-removed', about }, peer, () => {
        removeKeyFiles(paths);
        return this.#options.trust.noteKeyFile(keyId, null);
      });
      return done.ok ? success({ files: paths }) : done;
    });
  }

  async revoke({ keyId, reason }: Params<'keys.revoke'>, peer: Peer): Answer<'keys.revoke'> {
    return this.#prompts.run<MethodResult<'keys.revoke'>>(peer.uid, async () => {
      const wrong = checkReason(reason);
      if (wrong !== null) return failure(protocolError('invalid-params', wrong, { remedy: 'Say it in plain words.' }));
      const { trust, revokedKeys } = this.#options;
      const found = trust.keyFiles();
      if (!found.ok) return found;
      const before = found.value.revocations.find((one) => one.keyId === keyId);
      if (before) return success({ ...before, file: null, changed: false });
      const name = found.value.keys.find((one) => one.keyId === keyId)?.name ?? null;
      const date = `${new Date(trust.now()).toISOString().slice(0, 19)}Z`;
      const revocation: Revocation = { keyId, date, reason };
      const words = `revoke the key ${name === null ? '' : `“${name}” `}(${keyId}): nothing that it signed counts any more.`;
      const about = {
        key_id: keyId,
        ...(name === null ? {} : { key_name: name }),
        action: 'keys.revoke',
        message: reason,
      };
      const done = await this.#make({ words, kind: 'trust.key-revoked', about }, peer, () => {
        return success(writeRevocation(revokedKeys, revocation));
      });
      return done.ok ? success({ ...revocation, file: done.value, changed: true }) : done;
    });
  }

  /** Lets a skill be bound anew, to whichever trusted key and version comes next. */
  async repin({ skill, owner }: Params<'keys.repin'>, peer: Peer): Answer<'keys.repin'> {
    return this.#prompts.run<MethodResult<'keys.repin'>>(peer.uid, async () => {
      if (owner !== undefined && owner !== peer.uid && !isRoot(peer)) {
        return failure(protocolError('not-permitted', 'only root may do this for another user'));
      }
      const whose = owner ?? (isRoot(peer) ? null : peer.uid);
      const bindings = this.#options.trust.bindings();
      if (!bindings.ok) return bindings;
      const isMeant = (of: number | null) => whose === null || of === null || of === whose;
      if (!bindings.value.some((one) => one.skill === skill && isMeant(one.owner))) {
        const remedy = 'See those that are: ringfence keys list';
        return failure(protocolError('not-found', `no skill ${JSON.stringify(skill)} is bound to a key`, { remedy }));
      }
      const words = `forget which key and version the skill “${skill}” is bound to: the next one that runs counts.`;
      const about = { skill_id: skill, action: 'keys.repin' };
      const done = await this.#make({ words, kind: 'trust.skill-forgotten', about }, peer, () => {
        return this.#options.trust.forget(skill, whose);
      });
      return done.ok ? success({ forgotten: done.value }) : done;
    });
  }

  /** What the manifest's key is, as an unprivileged worker found it, and as the person was shown it. */
  async #introduce(params: Params<'keys.trust'>, peer: Peer): Promise<Result<Introduced, ProtocolError>> {
    const folder = reachableDirectory(dirname(params.manifestPath), peer);
    if (folder === null) {
      const message = `the folder of ${params.manifestPath} cannot be read by user ${peer.uid}`;
      return failure(protocolError('not-found', message, { remedy: 'Check the path and its permissions.' }));
    }
    const ground = this.#options.trust.ground();
    if (!ground.ok) return ground;
    const introduced = await this.#options.worker.introduce({
      ...ground.value,
      publisher: true,
      manifest: Buffer.from(params.manifest, 'base64'),
      manifestName: basename(params.manifestPath),
      detached: readDetached(folder, peer),
      entries: scanSkillFolder(folder, peer),
    });
    if (!introduced.ok) return failure(asProtocolError(introduced.error));
    const { key: line, skillId: skill } = introduced.value;
    const key = readKey(line, params.name);
    if (!key.ok)
      return failure(protocolError('unavailable', `the worker's answer is not in order: ${key.error.message}`));
    if (key.value.keyId === params.keyId) return success({ key: key.value, skill });
    const message = `the manifest is signed with ${key.value.keyId}, not with ${params.keyId}`;
    return failure(protocolError('too-late', message, { remedy: 'Look at it again: it was changed meanwhile.' }));
  }

  #otherBinding(peer: Peer, { key, skill }: Introduced): ProtocolError | null {
    const bound = this.#options.trust.boundKey(peer.uid, skill);
    if (!bound.ok) return bound.error;
    if (bound.value === null || bound.value.keyId === key.keyId) return null;
    const message = `${skill} is bound to the key ${bound.value.keyId} (${bound.value.keyName})`;
    const remedy = `If you are certain that the publisher has changed their key: ringfence keys repin ${JSON.stringify(skill)}`;
    return protocolError('manifest-refused', message, { refusals: [{ code: 'other-key', message, remedy }] });
  }

  /** The files there are, unless this key may not be among them. */
  #fileable({ keyId }: PublicKey): Result<KeyFiles, ProtocolError> {
    const found = this.#options.trust.keyFiles();
    if (!found.ok) return found;
    const revocation = found.value.revocations.find((one) => one.keyId === keyId);
    if (revocation === undefined) return found;
    const message = `the key ${keyId} was revoked at ${revocation.date}: ${revocation.reason}`;
    const remedy = `Only root can take that back, by hand: it stands in ${this.#options.revokedKeys}.`;
    return failure(protocolError('not-permitted', message, { remedy }));
  }

  #trusting(key: PublicKey, skill: string | null): Change {
    const whom = `trust the key “${key.name}” (${key.keyId})`;
    const what = skill === null ? ' to sign any skill.' : `, which has signed the skill “${skill}”, to sign any skill.`;
    const about = { key_id: key.keyId, key_name: key.name, action: skill === null ? 'keys.add' : 'keys.trust' };
    return { words: `${whom}${what}`, kind: 'trust.key-added', about: { ...about, skill_id: skill } };
  }

  #write(key: PublicKey): Result<string, ProtocolError> {
    const { trust, trustedKeys } = this.#options;
    const found = trust.keyFiles();
    if (!found.ok) return found;
    removeKeyFiles(found.value.changed.filter((one) => one.key.keyId === key.keyId).map(({ path }) => path));
    const { path, text } = writeTrustedKey(trustedKeys, key);
    const noted = trust.noteKeyFile(key.keyId, text);
    return noted.ok ? success(path) : noted;
  }

  /** Nothing is changed that was not authorised first, and nothing that is not on record. */
  async #make<T>(
    { words, kind, about }: Change,
    peer: Peer,
    make: () => Result<T, ProtocolError>,
  ): Promise<Result<T, ProtocolError>> {
    const { authorize, record } = this.#options;
    const who = { pid: peer.pid, owner_uid: peer.uid, approver_uid: peer.uid };
    const may = await authorize(peer, ACTION, { change: words });
    if (!may.ok) {
      await record([{ kind: 'trust.change-refused', ...about, ...who, cause: may.error.message }]);
      return may;
    }
    await record([{ kind, ...about, ...who }]);
    const made = tryTo(make);
    if (!made.ok) await record([{ kind: 'trust.change-failed', ...about, ...who, cause: made.error.message }]);
    return made;
  }
}

function tryTo<T>(make: () => Result<T, ProtocolError>): Result<T, ProtocolError> {
  try {
    return make();
  } catch (problem) {
    const reason = problem instanceof Error ? problem.message : String(problem);
    return failure(
      protocolError('unavailable', `it could not be written: ${reason}`, { remedy: 'Nothing counts before it is.' }),
    );
  }
}

function readKey(text: string, name: string | undefined): Result<PublicKey, ProtocolError> {
  const key = parsePublicKey(text);
  if (!key.ok) return failure(protocolError('invalid-params', key.error.message, { remedy: key.error.remedy }));
  if (name === undefined) return key;
  const wrong = checkKeyName(name);
  if (wrong !== null) return failure(protocolError('invalid-params', wrong, { remedy: 'Give a plain name.' }));
  return success({ ...key.value, name });
}

function unknownKey(keyId: string, { keys }: KeyFiles): ProtocolError {
  const own = keys.find((one) => one.keyId === keyId);
  if (own === undefined) {
    return protocolError('not-found', `no key ${keyId} is trusted here`, {
      remedy: 'See those that are: ringfence keys list',
    });
  }
  const remedy = `As root, remove ${own.source}: what it signed is void then. Or: ringfence keys revoke ${keyId}`;
  return protocolError('not-permitted', `${keyId} is the key of this machine itself`, { remedy });
}

function asProtocolError(error: BindError): ProtocolError {
  if (error.code === 'worker-failed') return protocolError('unavailable', error.message, { remedy: error.remedy });
  const message = error.refusals[0]?.message ?? 'the manifest is refused';
  return protocolError('manifest-refused', message, { refusals: [...error.refusals] });
}
