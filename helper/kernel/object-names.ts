/** What the kernel reports of objects, in the host's terms: paths that people know, addresses as text. */
import type { DecisionEvent, EveryoneEvent, RecognisedEvent, TrustDroppedEvent } from './event.ts';
import { HostPaths } from './host-paths.ts';
import { readHostMounts } from './mounts.ts';

/** The host's mounts are read again after this, and for a device that is not known. */
const MOUNTS_KEPT_MS = 1000;

export interface ObjectNames {
  /** The host's path; null for what is no file. */
  readonly path: Uint8Array | null;
  readonly otherPath: Uint8Array | null;
  /** Null where the decision is not about one. */
  readonly address: string | null;
  readonly port: number | null;
}

const AF_UNIX = 1;

/** An abstract socket's name as `ss` shows it, after an @. Bytes that print nothing are written out, so that no name looks like another. */
export function abstractName(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('latin1');
  return `@${text.replace(/[^\x21-\x5b\x5d-\x7e]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`)}`;
}

/** Text of an address of 16 bytes; IPv4-mapped ones in dotted form. */
export function addressText(address: Uint8Array): string {
  const mapped = address.subarray(0, 12).every((byte, index) => byte === (index < 10 ? 0 : 0xff));
  if (mapped) return address.subarray(12).join('.');
  const groups = Array.from({ length: 8 }, (_, i) =>
    (((address[2 * i] ?? 0) << 8) | (address[2 * i + 1] ?? 0)).toString(16),
  );
  return new URL(`http://[${groups.join(':')}]/`).hostname.slice(1, -1);
}

export class ObjectNamer {
  #paths = new HostPaths(readHostMounts().mounts);
  #readAt = performance.now();

  nameOf(event: DecisionEvent | TrustDroppedEvent | RecognisedEvent): ObjectNames {
    const isFile = event.object.device !== 0;
    const isLocal = !isFile && event.family === AF_UNIX;
    const isAddress = !isFile && event.port + event.protocol > 0 && event.call !== 'socket';
    return {
      path: isFile ? this.#hostPath(event.object.device, event.path) : null,
      otherPath: event.otherPath.length > 0 ? this.#hostPath(event.object.device, event.otherPath) : null,
      address: isLocal ? abstractName(event.path) : isAddress ? addressText(event.address) : null,
      port: !isFile && !isLocal && event.call !== 'socket' ? event.port : null,
    };
  }

  /** The program's own file lies where it likes. */
  programOf({ executableDevice, otherPath }: EveryoneEvent): Uint8Array | null {
    return otherPath.length > 0 ? this.#hostPath(executableDevice, otherPath) : null;
  }

  /** The place alone. */
  placeOf({ object, path }: EveryoneEvent): Uint8Array {
    return this.#hostPath(object.device, path);
  }

  #readMounts(): void {
    this.#paths = new HostPaths(readHostMounts().mounts);
    this.#readAt = performance.now();
  }

  /** What no mount of the host shows is named by device and path: it cannot be taken for a path of the host. */
  #hostPath(device: number, path: Uint8Array): Uint8Array {
    if (!this.#paths.has(device) || performance.now() - this.#readAt > MOUNTS_KEPT_MS) this.#readMounts();
    const known = this.#paths.of(device, path);
    if (known) return known;
    return Buffer.concat([Buffer.from(`[${device >>> 20}:${device & 0xfffff}]`), path]);
  }
}
