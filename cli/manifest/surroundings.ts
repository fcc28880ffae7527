import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** Where the commands find keys and write to; tests give their own. */
export type Surroundings = {
  readonly home: string;
  readonly trustedKeysDirectory: string;
  /** User id that must own trusted key files. */
  readonly trustedOwner: number;
  /** Milliseconds since 1970; left out: the machine's clock. */
  readonly now?: () => number;
  readonly print: (line: string) => void;
  readonly complain: (line: string) => void;
};

export function realSurroundings(): Surroundings {
  return {
    home: homedir(),
    trustedKeysDirectory: '/etc/ringfence/trusted-keys.d',
    trustedOwner: 0,
    print: (line) => void process.stdout.write(`${line}\n`),
    complain: (line) => void process.stderr.write(`${line}\n`),
  };
}

export function defaultSecretKeyPath(home: string): string {
  return join(home, '.config', 'ringfence', 'publisher.key');
}

/** `NAME.key` and `NAME.pub` lie side by side. */
export function publicKeyPathBeside(secretKeyPath: string): string {
  return secretKeyPath.endsWith('.key') ? `${secretKeyPath.slice(0, -4)}.pub` : `${secretKeyPath}.pub`;
}

/** The lists of revoked keys lie beside the trusted keys. */
export function revokedKeysDirectory({ trustedKeysDirectory }: Surroundings): string {
  return join(dirname(trustedKeysDirectory), 'revoked-keys.d');
}

export function nowOf({ now = Date.now }: Surroundings): number {
  return now();
}
