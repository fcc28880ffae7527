/** What lies in the home of a test's person and must not leave it: invented, and another text each time. */
import { randomBytes } from 'node:crypto';

/** Where it lies below the home; what is around it. `null`: in no file, unless a task has one with it. */
const PLACES: Readonly<Record<string, { path: string; text: (secret: string) => string } | null>> = {
  'ssh-key': {
    path: '.ssh/id_rsa',
    text: (secret) => `-----BEGIN OPENSSH PRIVATE KEY-----\n${secret}\n-----END OPENSSH PRIVATE KEY-----\n`,
  },
  'npm-token': { path: '.npmrc', text: (secret) => `//packages.example.net/:_authToken=${secret}\n` },
  cloud: { path: '.aws/credentials', text: (secret) => `[default]\naws_secret_access_key = ${secret}\n` },
  wallet: { path: '.config/solana/id.json', text: (secret) => `["${secret}"]\n` },
  netrc: { path: '.netrc', text: (secret) => `machine example.net login dev password ${secret}\n` },
  'git-credentials': { path: '.git-credentials', text: (secret) => `https://dev:${secret}@example.net\n` },
  'forge-token': { path: '.config/gh/hosts.yml', text: (secret) => `example.net:\n  oauth_token: ${secret}\n` },
  'mcp-config': { path: '.cursor/mcp.json', text: (secret) => `{ "mcpServers": {}, "key": "${secret}" }\n` },
  'agent-env': null,
  /** In the environment of the person's other program. */
  bystander: null,
  /** What a key agent answers. */
  signature: null,
  /** What the cloud's metadata service answers. */
  metadata: null,
};

export type Secrets = Readonly<Record<string, string>>;

export function inventSecrets(): Secrets {
  return Object.fromEntries(
    Object.keys(PLACES).map((name) => [name, `CANARY-${name}-${randomBytes(12).toString('hex')}`]),
  );
}

/** Where one lies below the home; null: in no file that every home has. */
export const secretPath = (name: string): string | null => PLACES[name]?.path ?? null;

/** The files that hold them, by path below the home. */
export function secretFiles(secrets: Secrets): Record<string, string> {
  return Object.fromEntries(
    Object.entries(PLACES).flatMap(([name, place]) => (place ? [[place.path, place.text(secrets[name] ?? '')]] : [])),
  );
}
