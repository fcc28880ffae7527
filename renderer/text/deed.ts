import type { Operation } from '../../core/policy/vocabulary.ts';
import { text } from './en.ts';

type Asked = {
  readonly operation: Operation;
  readonly operations?: readonly Operation[];
  readonly call: string;
  readonly path: string | null;
};

/** What a call does, in words that follow "wants to". */
export function deedOf({ operation, operations, call, path }: Asked): string {
  const byCall = Object.hasOwn(text.deedByCall, call) ? text.deedByCall[call as keyof typeof text.deedByCall] : null;
  if (byCall !== null) return byCall;
  if (operation === 'connect' && path !== null) return text.deeds.connectLocal;
  const asked = new Set(operations ?? [operation]);
  if (asked.has('read') && asked.has('write')) return text.deeds.readWrite;
  return text.deeds[operation];
}

/** `192.0.2.10:443`, `[2001:db8::1]:443`. */
export function endpoint(address: string, port: number | null): string {
  const host = address.includes(':') ? `[${address}]` : address;
  return port === null ? host : `${host}:${port}`;
}

/** What it is about: the path, or the address with its port. */
export function objectOf({
  path,
  address,
  port,
}: {
  readonly path: string | null;
  readonly address?: string | null | undefined;
  readonly port?: number | null | undefined;
}): string {
  if (path !== null) return path;
  return address == null ? '' : endpoint(address, port ?? null);
}

/** The last name of an executable's path. */
export function programName(executable: string | null | undefined): string | null {
  return executable?.split('/').at(-1) || null;
}
