/** Starters: those that come with Ringfence, and those of them that an administrator has had signed by this machine. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { MANIFEST_NAME, parseManifest, type Starter, startersFrom } from '../../core/manifest/index.ts';
import { type ProtocolError, protocolError } from '../../core/protocol/errors.ts';
import type { MethodName, MethodResult, Params } from '../../core/protocol/methods.ts';
import type { ShownStarter } from '../../core/protocol/starters.ts';
import { failure, type Result, success } from '../../core/result.ts';
import type { Authorize } from '../approval/authorize.ts';
import { syncDirectory, writeWhole } from '../audit/durable-file.ts';
import type { RecordDraft } from '../audit/options.ts';
import type { Peer } from '../control/peer.ts';
import type { MachineKey } from '../manifest/machine-key.ts';
import { OnePerUser } from '../manifest/one-per-user.ts';

export interface StartersOptions {
  /** Where they come from: root's, with the installation. */
  readonly shipped: string;
  /** Where they are put. */
  readonly installed: string;
  readonly machineKey: Pick<MachineKey, 'sign'>;
  readonly authorize: Authorize;
  /** Resolves once the records are durable. */
  readonly record: (drafts: RecordDraft[]) => Promise<unknown>;
}

type StarterMethod = Extract<MethodName, `starters.${string}`>;
type Answer<M extends StarterMethod> = Promise<Result<MethodResult<M>, ProtocolError>>;

const ACTION = 'io.ringfence.change-starters';

export class Starters {
  readonly #options: StartersOptions;
  readonly #prompts = new OnePerUser(0);

  constructor(options: StartersOptions) {
    this.#options = options;
  }

  async list(): Answer<'starters.list'> {
    const found = this.#shipped();
    return found.ok ? success({ starters: found.value.map((starter) => this.#show(starter)) }) : found;
  }

  async install({ id }: Params<'starters.install'>, peer: Peer): Answer<'starters.install'> {
    return this.#prompts.run<MethodResult<'starters.install'>>(peer.uid, async () => {
      const starter = this.#find(id);
      if (!starter.ok) return starter;
      const { agents, manifest } = starter.value;
      const whom = agents.length === 0 ? 'whoever names it' : agents.join(', ');
      const words = `install the starter manifest “${id}”: it says what ${whom} may do when started without another.`;
      return this.#make(words, id, 'starter.installed', peer, () => {
        const signed = this.#options.machineKey.sign({ ...manifest, hashes: {} });
        if (!signed.ok) return failure(protocolError('unavailable', signed.error));
        const folder = join(this.#options.installed, id);
        mkdirSync(folder, { recursive: true, mode: 0o755 });
        writeWhole(this.#pathOf(id), signed.value, 0o644);
        syncDirectory(folder);
        return success({ path: this.#pathOf(id), version: manifest.version });
      });
    });
  }

  async remove({ id }: Params<'starters.remove'>, peer: Peer): Answer<'starters.remove'> {
    return this.#prompts.run<MethodResult<'starters.remove'>>(peer.uid, async () => {
      const path = this.#pathOf(id);
      if (!existsSync(path)) return failure(notInstalled(id));
      return this.#make(`remove the starter manifest “${id}”.`, id, 'starter.removed', peer, () => {
        rmSync(join(this.#options.installed, id), { recursive: true });
        return success({ path });
      });
    });
  }

  #shipped(): Result<Starter[], ProtocolError> {
    const { shipped } = this.#options;
    try {
      const names = readdirSync(shipped).filter((name) => name.endsWith('.json'));
      const read = startersFrom(names.map((name) => ({ name, bytes: readFileSync(join(shipped, name)) })));
      return read.ok ? read : failure(broken(read.error));
    } catch (problem) {
      return failure(broken(problem instanceof Error ? problem.message : String(problem)));
    }
  }

  #find(id: string): Result<Starter, ProtocolError> {
    const found = this.#shipped();
    if (!found.ok) return found;
    const starter = found.value.find((one) => one.id === id);
    if (starter !== undefined) return success(starter);
    const remedy = `There are ${found.value.map((one) => one.id).join(', ')}.`;
    return failure(protocolError('not-found', `there is no starter ${id}`, { remedy }));
  }

  #show({ id, agents, manifest }: Starter): ShownStarter {
    const { name = id, description = '', version } = manifest;
    return { id, name, description, version, agents: [...agents], installed: this.#installedAs(id) };
  }

  #installedAs(id: string): ShownStarter['installed'] {
    const path = this.#pathOf(id);
    if (!existsSync(path)) return null;
    const parsed = parseManifest(readFileSync(path));
    return { path, version: parsed.ok ? parsed.value.version : 'unreadable' };
  }

  #pathOf(id: string): string {
    return join(this.#options.installed, id, MANIFEST_NAME);
  }

  /** Nothing is changed that was not authorised first, and nothing that is not on record. */
  async #make<T>(
    words: string,
    id: string,
    kind: string,
    peer: Peer,
    make: () => Result<T, ProtocolError>,
  ): Promise<Result<T, ProtocolError>> {
    const { authorize, record } = this.#options;
    const about = { skill_id: id, path: this.#pathOf(id), pid: peer.pid, owner_uid: peer.uid, approver_uid: peer.uid };
    const may = await authorize(peer, ACTION, { change: words });
    if (!may.ok) {
      await record([{ kind: 'starter.change-refused', ...about, cause: may.error.message }]);
      return may;
    }
    await record([{ kind, ...about }]);
    try {
      return make();
    } catch (problem) {
      const reason = problem instanceof Error ? problem.message : String(problem);
      return failure(protocolError('unavailable', `it could not be written: ${reason}`));
    }
  }
}

function broken(reason: string): ProtocolError {
  const message = `the starters of this installation cannot be read: ${reason}`;
  return protocolError('unavailable', message, { remedy: 'Install Ringfence again.' });
}

function notInstalled(id: string): ProtocolError {
  return protocolError('not-found', `the starter ${id} is not installed`, { remedy: 'See: ringfence starters list' });
}
