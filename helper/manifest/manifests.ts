/** The manifests of sessions, for those who look at them and edit them. Nothing here changes a session or a user's file. */
import { createHash } from 'node:crypto';
import { basename, dirname } from 'node:path';
import { type Issue, issueDigest, type Manifest, parseManifest, type SkillEntry } from '../../core/manifest/index.ts';
import { type ProtocolError, protocolError } from '../../core/protocol/errors.ts';
import type { ManifestView } from '../../core/protocol/manifest.ts';
import type { MethodResult, Params } from '../../core/protocol/methods.ts';
import type { SessionId } from '../../core/protocol/scalars.ts';
import { failure, type Result, success } from '../../core/result.ts';
import type { Authorize } from '../approval/authorize.ts';
import type { RecordDraft } from '../audit/options.ts';
import { isRoot, type Peer } from '../control/peer.ts';
import { issueOf } from '../keyring/issue.ts';
import { withKeyComplaints } from '../keyring/key-complaints.ts';
import type { Trust } from '../keyring/trust.ts';
import { withOpenFolder } from '../session/open-folder.ts';
import type { BoundSession } from '../session/session-book.ts';
import { scanOpenFolder } from '../session/skill-folder.ts';
import type { BindError, BindRequest, CheckedDraft } from '../worker/binding.ts';
import type { ManifestWorker } from '../worker/manifest-worker.ts';
import { readCurrentFile } from './current-file.ts';
import type { MachineKey } from './machine-key.ts';
import { MACHINE_KEY_NAME } from './machine-key-name.ts';
import { OnePerUser } from './one-per-user.ts';
import { vouchFor } from './vouch.ts';

/** Several windows may look at once; a second prompt for a password is never opened. */
const LOOKS_IN_LINE = 4;
const PROMPTS_IN_LINE = 0;
const MAX_REASONS = 50;
const MAX_SENTENCE = 4096;
const NOTHING = new Uint8Array();

export interface ManifestsOptions {
  readonly find: (session: SessionId) => BoundSession | null;
  readonly worker: Pick<ManifestWorker, 'bind' | 'complete'>;
  readonly machineKey: MachineKey;
  readonly trust: Trust;
  readonly mounts: () => BindRequest['mounts'];
  readonly authorize: Authorize;
  /** Resolves once the records are durable. */
  readonly record: (drafts: RecordDraft[]) => Promise<unknown>;
}

type Signed = Result<MethodResult<'manifest.sign'>, ProtocolError>;
/** Checked before the person is asked, and signed as it is afterwards. */
type Checked = { readonly manifest: Manifest; readonly warnings: readonly string[] };

export class Manifests {
  readonly #options: ManifestsOptions;
  readonly #looks = new OnePerUser(LOOKS_IN_LINE);
  readonly #prompts = new OnePerUser(PROMPTS_IN_LINE);

  constructor(options: ManifestsOptions) {
    this.#options = options;
  }

  async get(
    { session: id }: Params<'manifest.get'>,
    peer: Peer,
  ): Promise<Result<MethodResult<'manifest.get'>, ProtocolError>> {
    return this.#looks.run(peer.uid, async () => {
      const found = this.#find(id, peer);
      if (!found.ok) return found;
      const { shown, request } = found.value;
      const text = new TextDecoder().decode(request.manifest);
      return success({ owner: shown.owner, path: shown.manifestPath, text, ...(await this.#look(found.value, peer)) });
    });
  }

  async sign(params: Params<'manifest.sign'>, peer: Peer): Promise<Signed> {
    return this.#prompts.run(peer.uid, async () => {
      const found = this.#find(params.session, peer);
      if (!found.ok) return found;
      const checked = await this.#check(params.draft, found.value, peer);
      return checked.ok ? this.#authorizeAndSign(found.value, checked.value, peer) : checked;
    });
  }

  #find(id: SessionId, peer: Peer): Result<BoundSession, ProtocolError> {
    const session = this.#options.find(id);
    if (session && (isRoot(peer) || session.shown.owner === peer.uid)) return success(session);
    return failure(protocolError('not-found', `there is no session ${id}`, { remedy: 'See what runs: ringfence ps' }));
  }

  /** The file that lies there now, judged as if the session began again. */
  async #look({ shown, request }: BoundSession, peer: Peer): Promise<Pick<ManifestView, 'signature' | 'changedSince'>> {
    const { owner, manifestPath } = shown;
    const file = readCurrentFile(manifestPath, peer);
    if (!file.ok) return { signature: refused([file.error]), changedSince: true };
    const { bytes, detached, entries } = file.value;
    const { worker, trust, machineKey, mounts } = this.#options;
    const changedSince = isOther(bytes, request.manifest) || isOther(detached, request.detached);
    const found = trust.keyFiles();
    if (!found.ok) return { signature: refused([found.error.message]), changedSince };
    const { keys, revocations, complaints } = found.value;
    const judged = { manifest: bytes, detached, entries, keys, revocations, now: trust.now(), mounts: mounts() };
    const bound = await worker.bind({ ...request, ...judged });
    if (!bound.ok) return { signature: refused(reasonsOf(withKeyComplaints(bound.error, complaints))), changedSince };
    const may = trust.judge(owner, issueOf(bound.value.summary));
    if (!may.ok) return { signature: refused([may.error.message]), changedSince };
    const { keyId, keyName } = bound.value.summary;
    const byThisMachine = machineKey.trusted().some((key) => key.keyId === keyId);
    return { signature: { state: 'valid', keyName, byThisMachine }, changedSince };
  }

  async #check(draft: string, { shown, request }: BoundSession, peer: Peer): Promise<Result<Checked, ProtocolError>> {
    const entries = withOpenFolder(dirname(shown.manifestPath), peer, (folder) => scanOpenFolder(folder, peer));
    if (entries === null) {
      const message = `the folder of ${shown.manifestPath} cannot be read by user ${peer.uid}`;
      return failure(protocolError('not-found', message, { remedy: 'Check the path and its permissions.' }));
    }
    const manifestName = basename(shown.manifestPath);
    const { worker, mounts, trust } = this.#options;
    const { context } = request;
    // what cannot be remembered afterwards is not put to a person
    const known = trust.bindings();
    if (!known.ok) return known;
    const completed = await worker.complete({
      ...{ draft, entries, manifestName, context },
      signedBy: MACHINE_KEY_NAME,
      mounts: mounts(),
      now: trust.now(),
    });
    if (!completed.ok) return failure(asProtocolError(completed.error));
    return vouched(completed.value, entries, manifestName);
  }

  async #authorizeAndSign(session: BoundSession, { manifest, warnings }: Checked, peer: Peer): Promise<Signed> {
    const { authorize, find, machineKey, record, trust } = this.#options;
    const { id, owner, manifestPath: path } = session.shown;
    const may = await authorize(peer, 'io.ringfence.sign-manifest', { skill: manifest.skill_id, path });
    if (!may.ok) {
      await record([{ kind: 'manifest.sign-refused', ...about(session, manifest, peer), cause: may.error.message }]);
      return may;
    }
    if (find(id) !== session) {
      const remedy = 'Start the agent again and edit its manifest then.';
      return failure(protocolError('too-late', `session ${id} ended meanwhile: nothing was signed`, { remedy }));
    }
    const signed = machineKey.sign(manifest);
    if (!signed.ok) {
      const remedy = 'Have root look at the key; removing it makes a new one, and voids what the old one signed.';
      return failure(protocolError('unavailable', `this machine cannot sign: ${signed.error}`, { remedy }));
    }
    const sha256 = createHash('sha256').update(signed.value).digest('hex');
    // a signature that is not on record does not leave the helper
    await record([{ kind: 'manifest.signed', ...about(session, manifest, peer), sha256 }]);
    const adopted = trust.adopt(owner, issueByMachine(signed.value));
    if (!adopted.ok) return adopted;
    if (adopted.value.length > 0) await record(adopted.value);
    return success({ manifest: signed.value, path, warnings: [...warnings] });
  }
}

function vouched(
  { text, warnings }: CheckedDraft,
  entries: readonly SkillEntry[],
  manifestName: string,
): Result<Checked, ProtocolError> {
  const manifest = vouchFor(text, entries, manifestName);
  if (manifest.ok) {
    return success({ manifest: manifest.value, warnings: warnings.map((each) => each.slice(0, MAX_SENTENCE)) });
  }
  const message = `the draft could not be judged: the worker's answer is not in order: ${manifest.error}`;
  return failure(protocolError('unavailable', message.slice(0, MAX_SENTENCE), { remedy: 'Try again.' }));
}

/** Of a text that this machine has just signed itself. */
function issueByMachine(text: string): Issue {
  const bytes = new TextEncoder().encode(text);
  const parsed = parseManifest(bytes);
  if (!parsed.ok) throw new TypeError(`this machine signed what it cannot read: ${parsed.error.message}`);
  const { skill_id: skillId, version, created = null, supersedes = [], signature } = parsed.value;
  const keyId = signature?.key_id ?? '';
  const digest = issueDigest(parsed.value, bytes, null);
  return { skillId, version, created, supersedes, keyId, keyName: MACHINE_KEY_NAME, digest };
}

function isOther(now: Uint8Array | null, before: Uint8Array | null | undefined): boolean {
  return Buffer.compare(now ?? NOTHING, before ?? NOTHING) !== 0;
}

function about({ shown }: BoundSession, manifest: Manifest, peer: Peer) {
  const { id: session, owner: owner_uid, manifestPath: path } = shown;
  const who = { pid: peer.pid, signer_uid: peer.uid };
  return { session, owner_uid, skill_id: manifest.skill_id, action: 'manifest.sign', path, ...who };
}

function refused(reasons: readonly string[]): ManifestView['signature'] {
  const shown = reasons.slice(0, MAX_REASONS).map((reason) => reason.slice(0, MAX_SENTENCE));
  const more = reasons.length - shown.length;
  return { state: 'refused', reasons: more > 0 ? [...shown, `and ${more} more`] : shown };
}

function reasonsOf(error: BindError): string[] {
  if (error.code === 'worker-failed') return [error.message];
  return error.refusals.map(({ message, line, column }) =>
    line === undefined ? message : `line ${line}, column ${column}: ${message}`,
  );
}

function asProtocolError(error: BindError): ProtocolError {
  if (error.code === 'worker-failed') return protocolError('unavailable', error.message, { remedy: error.remedy });
  const message = error.refusals[0]?.message ?? 'the draft is refused';
  return protocolError('manifest-refused', message, { refusals: [...error.refusals] });
}
