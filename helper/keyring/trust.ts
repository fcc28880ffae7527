/** Whom the guard believes, and what it remembers of skills: asked at every binding, and never from a copy that could be old. */
import { createHash } from 'node:crypto';
import {
  type Issue,
  judgeSuccession,
  type Remembered,
  type Revocation,
  type SuccessionError,
  type TrustedKey,
} from '../../core/manifest/index.ts';
import { type ProtocolError, protocolError } from '../../core/protocol/errors.ts';
import { failure, type Result, success } from '../../core/result.ts';
import type { RecordDraft } from '../audit/options.ts';
import { readRevokedKeys } from './revoked-keys.ts';
import { type Memory, type RememberedSkill, TrustMemory } from './trust-memory.ts';
import { readTrustedKeys, type TrustedKeyFile } from './trusted-keys.ts';

/** What a manifest is judged by. */
export interface Ground {
  readonly keys: readonly TrustedKey[];
  readonly revocations: readonly Revocation[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

export interface KeyFiles {
  /** In force: of this machine and of the directory. */
  readonly keys: readonly TrustedKey[];
  readonly files: readonly TrustedKeyFile[];
  /** Files that were changed since they were first used, whose keys are therefore not in force. */
  readonly changed: readonly TrustedKeyFile[];
  readonly revocations: readonly Revocation[];
  readonly complaints: readonly string[];
}

export interface TrustOptions {
  readonly trustedKeys: string;
  readonly revokedKeys: string;
  readonly memory: string;
  /** Keys that are trusted beside those of the directory. */
  readonly ownKeys: () => readonly TrustedKey[];
  readonly now?: () => number;
  /** Told of key files that are used for the first time: root has put them there, by hand or through the helper. */
  readonly seen?: (files: readonly TrustedKeyFile[]) => void;
}

/** Skills that one user can have remembered: more are refused, so that nobody fills the memory. */
const MAX_SKILLS = 4096;

export class Trust {
  readonly #options: TrustOptions;
  readonly #memory: TrustMemory;

  constructor(options: TrustOptions) {
    this.#options = options;
    this.#memory = new TrustMemory(options.memory);
  }

  now(): number {
    return (this.#options.now ?? Date.now)();
  }

  /** Whose signatures count now, and what was revoked. */
  ground(): Result<Ground, ProtocolError> {
    const found = this.keyFiles();
    if (!found.ok) return found;
    const { keys, revocations } = found.value;
    return success({ keys, revocations, now: this.now() });
  }

  /** The same with everything that stands in the directories. A key file is remembered as it is first seen. */
  keyFiles(): Result<KeyFiles, ProtocolError> {
    const { trustedKeys, revokedKeys, ownKeys } = this.#options;
    const revocations = readRevokedKeys(revokedKeys);
    if (!revocations.ok) return failure(unreadable('which keys are revoked is not known', revocations.error));
    const memory = this.#read();
    if (!memory.ok) return memory;
    const { files: found, complaints } = readTrustedKeys(trustedKeys);
    const isChanged = ({ key, text }: TrustedKeyFile) =>
      (memory.value.keyFiles[key.keyId] ?? sha256(text)) !== sha256(text);
    const files = found.filter((one) => !isChanged(one));
    const changed = found.filter(isChanged);
    const remembered = this.#remember(memory.value, files);
    if (!remembered.ok) return remembered;
    return success({
      keys: [...ownKeys(), ...files.map(({ key }) => key)],
      ...{ files, changed, revocations: revocations.value },
      complaints: [...complaints, ...changed.map(complaintOf)],
    });
  }

  /** Whether an issue could be bound for this user now. */
  judge(owner: number, issue: Issue): Result<void, ProtocolError> {
    const memory = this.#read();
    if (!memory.ok) return memory;
    const error = judgeBy(memory.value, owner, issue);
    return error === null ? success(undefined) : failure(refusedFor(error));
  }

  /** The same, and remembers it: durably, before the session begins. What changed comes back, for the log. */
  admit(owner: number, issue: Issue): Result<RecordDraft[], ProtocolError> {
    const memory = this.#read();
    if (!memory.ok) return memory;
    const error = judgeBy(memory.value, owner, issue);
    return error === null ? this.#settle(memory.value, owner, issue) : failure(refusedFor(error));
  }

  /** An administrator has had this machine sign it: what was before does not stand in its way. */
  adopt(owner: number, issue: Issue): Result<RecordDraft[], ProtocolError> {
    const memory = this.#read();
    return memory.ok ? this.#settle(memory.value, owner, issue) : memory;
  }

  /** What a user is held to for a skill: their own, or what is settled for all. */
  bindings(): Result<readonly RememberedSkill[], ProtocolError> {
    const memory = this.#read();
    return memory.ok ? success(memory.value.skills) : memory;
  }

  boundKey(owner: number, skill: string): Result<Remembered | null, ProtocolError> {
    const memory = this.#read();
    return memory.ok ? success(find(memory.value, owner, skill)) : memory;
  }

  /** Binds a skill to a key for everyone who has not run it yet. */
  pin(skill: string, { keyId, name }: TrustedKey): Result<void, ProtocolError> {
    return this.#change((memory) => {
      const others = memory.skills.filter((one) => one.owner !== null || one.skill !== skill);
      return { ...memory, skills: [...others, { owner: null, skill, keyId, keyName: name, last: null }] };
    });
  }

  /** Forgets key and versions of a skill, for all and for these users (null: every user); how much there was. */
  forget(skill: string, owner: number | null): Result<number, ProtocolError> {
    const memory = this.#read();
    if (!memory.ok) return memory;
    const isMeant = (one: RememberedSkill) =>
      one.skill === skill && (owner === null || one.owner === null || one.owner === owner);
    const skills = memory.value.skills.filter((one) => !isMeant(one));
    const changed = this.#change((before) => ({ ...before, skills }));
    return changed.ok ? success(memory.value.skills.length - skills.length) : changed;
  }

  /** From here on the key's file is as it is now; with null it is unknown. */
  noteKeyFile(keyId: string, text: string | null): Result<void, ProtocolError> {
    return this.#change(({ keyFiles: { [keyId]: _, ...others }, ...rest }) => ({
      ...rest,
      keyFiles: text === null ? others : { ...others, [keyId]: sha256(text) },
    }));
  }

  #settle(memory: Memory, owner: number, issue: Issue): Result<RecordDraft[], ProtocolError> {
    const { skillId, keyId, keyName, version, created, digest } = issue;
    const own = memory.skills.find((one) => one.owner === owner && one.skill === skillId);
    if (own?.keyId === keyId && own.last?.digest === digest) return success([]);
    if (own === undefined && memory.skills.filter((one) => one.owner === owner).length >= MAX_SKILLS) {
      const remedy = 'Have root forget those no longer needed: ringfence keys repin SKILL';
      return failure(protocolError('limit-reached', `${MAX_SKILLS} skills of yours are remembered`, { remedy }));
    }
    const next: RememberedSkill = { owner, skill: skillId, keyId, keyName, last: { version, created, digest } };
    const written = this.#write({ ...memory, skills: [...memory.skills.filter((one) => one !== own), next] });
    if (!written.ok) return written;
    const isBound = own?.keyId !== keyId;
    const about = { skill_id: skillId, key_id: keyId, key_name: keyName, skill_version: version, owner_uid: owner };
    return success([{ kind: isBound ? 'trust.skill-bound' : 'trust.skill-updated', ...about, issue: digest }]);
  }

  #remember(memory: Memory, files: readonly TrustedKeyFile[]): Result<void, ProtocolError> {
    const known = memory.keyFiles;
    const unseen = files.filter(({ key }) => known[key.keyId] === undefined);
    if (unseen.length === 0) return success(undefined);
    const added = Object.fromEntries(unseen.map(({ key, text }) => [key.keyId, sha256(text)]));
    const written = this.#write({ ...memory, keyFiles: { ...known, ...added } });
    if (written.ok) this.#options.seen?.(unseen);
    return written;
  }

  #change(make: (memory: Memory) => Memory): Result<void, ProtocolError> {
    const memory = this.#read();
    return memory.ok ? this.#write(make(memory.value)) : memory;
  }

  #read(): Result<Memory, ProtocolError> {
    const memory = this.#memory.read();
    if (memory.ok) return memory;
    return failure(unreadable('what was trusted before is not known', memory.error));
  }

  #write(memory: Memory): Result<void, ProtocolError> {
    try {
      this.#memory.write(memory);
      return success(undefined);
    } catch (problem) {
      const reason = problem instanceof Error ? problem.message : String(problem);
      const remedy = 'Make room on the disk, then try again.';
      return failure(protocolError('unavailable', `what is trusted cannot be written down: ${reason}`, { remedy }));
    }
  }
}

function find(memory: Memory, owner: number, skill: string): RememberedSkill | null {
  const of = (who: number | null) => memory.skills.find((one) => one.owner === who && one.skill === skill);
  return of(owner) ?? of(null) ?? null;
}

function judgeBy(memory: Memory, owner: number, issue: Issue): SuccessionError | null {
  const before = find(memory, owner, issue.skillId);
  return before === null ? null : judgeSuccession(before, issue);
}

export function refusedFor({ code, message, remedy, pointer }: SuccessionError): ProtocolError {
  const refusal = { code, message, remedy, ...(pointer === undefined ? {} : { pointer }) };
  return protocolError('manifest-refused', message, { refusals: [refusal] });
}

function complaintOf({ path, key }: TrustedKeyFile): string {
  return `${path} was changed since its key was first used (now ${JSON.stringify(key.name)}); if that was you: ringfence keys add ${path}`;
}

function unreadable(what: string, why: string): ProtocolError {
  const remedy =
    'Nothing is started until root has put it right: restore the file, or look at it and remove it, which forgets what it held.';
  return protocolError('unavailable', `${what}: ${why}`, { remedy });
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
