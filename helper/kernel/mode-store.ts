/** Modes of sessions in the kernel, and what no mode opens. A session without an entry is held to its rules. */
import type { ProtectedLocation } from '../../core/policy/locations.ts';
import { heldPorts, isHeldLocation } from '../../core/policy/modes.ts';
import { encodeMode, encodeU32, encodeU64, type SessionMode } from './layout.ts';
import { PinnedMap } from './pinned-map.ts';

export class ModeStore {
  readonly #modes: PinnedMap;
  readonly #locations: PinnedMap;

  constructor(pinDirectory: string) {
    this.#modes = new PinnedMap(pinDirectory, 'modes');
    this.#locations = new PinnedMap(pinDirectory, 'lasting_locations');
    const ports = new PinnedMap(pinDirectory, 'lasting_ports');
    for (const port of heldPorts()) ports.set(encodeU32(port), encodeU32(1));
  }

  /** To be called before the locations are in force. */
  hold(locations: readonly ProtectedLocation[]): void {
    for (const { id, name } of locations) this.#locations.set(encodeU32(id), encodeU32(isHeldLocation(name) ? 1 : 0));
  }

  set(session: bigint, mode: SessionMode): void {
    if (mode.mode === 'enforce') this.forget(session);
    else this.#modes.set(encodeU64(session), encodeMode(mode));
  }

  forget(session: bigint): void {
    this.#modes.delete(encodeU64(session));
  }
}
