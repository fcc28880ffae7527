import type { EgressSymbol } from '../manifest/index.ts';
import { escapePattern } from './pattern/parse-pattern.ts';
import type { PolicyError } from './policy-error.ts';

/** What the symbols of a manifest stand for in one session: absolute paths of the host, without wildcards. */
export type BindContext = {
  home: string;
  /** Null when there is none that could be granted: the working directory is `/`, a home, or holds a protected location. */
  workspace: string | null;
  skill: string;
  tmpdir: string;
  /**
   * Where paths of `fixedPaths`, and those that a pattern lists in braces, lead when links are followed, for those that lead
   * elsewhere. The kernel judges objects, and `/usr/bin/python3` is none. To hold only links that no agent can have made:
   * owned by root, in directories of root.
   */
  links?: ReadonlyMap<string, string>;
  /** Addresses of the name servers this machine is set to use. */
  resolvers?: readonly string[];
  /** Hosts that this machine knows without asking a name server. */
  hosts?: readonly { readonly name: string; readonly address: string }[];
  /** `host` or `host:port`, separated by spaces where there are several, that a symbol of egress stands for here. */
  symbols?: Readonly<Partial<Record<EgressSymbol, string>>>;
  /** The content that files of `pinnedPrograms` have; one that is not there could not be read. */
  programs?: readonly { readonly path: string; readonly sha256: string }[];
  /** Where this session's proxy listens on loopback; undefined: it has none. */
  proxyPort?: number;
  /** Where the proxy of the session listens that a skill is part of: it would reach for the skill what the agent may reach. */
  agentsProxyPort?: number;
  /** Name of the program that starts the agent; null when there is none to name. */
  agent?: string | null;
  /** Whoever starts the session may choose, and has chosen, that the manifest's `"mode": "audit"` counts. */
  audit?: boolean;
};

/** What is wrong with the context; null when nothing is. */
export function checkContext(context: BindContext): PolicyError | null {
  const { home, workspace, skill, tmpdir, links } = context;
  const ends = [...(links ?? [])].map(([from, to]): [string, string] => [`linked (from ${from})`, to]);
  const places = [...Object.entries({ home, workspace, skill, tmpdir }), ...ends];
  for (const [name, path] of places) {
    if (path === null) continue;
    const isPlain = path.startsWith('/') && !path.split('/').some((part) => part === '.' || part === '..');
    if (isPlain && path.isWellFormed()) continue;
    return {
      code: 'bad-context',
      message: `the ${name} path “${path}” is no plain absolute path`,
      remedy: 'resolve it first',
      rules: [],
      pointer: null,
    };
  }
  return null;
}

/** A place with what follows it in a pattern. */
export function below(directory: string, rest: string): string {
  const escaped = escapePattern(directory.replace(/\/+$/, ''));
  return escaped + rest === '' ? '/' : escaped + rest;
}
