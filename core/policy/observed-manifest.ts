/** A manifest made from what a session was seen to do. */
import {
  checkPathPattern,
  type Draft,
  type DraftEntry,
  handsOutRights,
  isSecretPlace,
  type Manifest,
  type Permissions,
  parseEgress,
  parseListen,
  secretFiles,
} from '../manifest/index.ts';
import { placesOf } from './approval-classes.ts';
import { utf8 } from './pattern/bytes.ts';
import { matchPath } from './pattern/match-path.ts';
import { escapePattern, parsePattern } from './pattern/parse-pattern.ts';

/** One decision of the evidence log about a session that was watched rather than held. */
export type Observation = {
  readonly verdict: string | null;
  /** What `enforce` would have said, where audit mode let it pass. */
  readonly would_be?: string | undefined;
  readonly operation?: string | undefined;
  readonly reason?: string | undefined;
  /** The rule that decided; null: none did. */
  readonly rule?: { readonly pointer: string | null; readonly text: string | null } | null | undefined;
  readonly path: string | null;
  /** Where a rename or link leads. */
  readonly other_path?: string | undefined;
  readonly address?: string | undefined;
  readonly port?: number | undefined;
  /** Number of the question that a person was asked. */
  readonly request?: number | undefined;
};

export type ObservedInput = {
  /** What it is to begin with: its permissions are kept. */
  readonly base: Manifest;
  readonly skillId: string;
  readonly observations: readonly Observation[];
  readonly home: string;
  /** Where the session was started: what lies below it is named by `$WORKSPACE`. */
  readonly workspace: string;
};

/** So many different files in a folder of a program's own stand for all of it. */
const MANY = 3;
/** Folders of the home in which each program has one of its own. */
const SHELVES = ['.config', '.cache', '.local/share', '.local/state'];
/** Where symbols lead while places are compared. */
const ROOTS: Readonly<Record<string, string>> = { '~': '/home/user', $WORKSPACE: '/home/user/workspace' };
const SECRETS = secretFiles('~');
/** Made anew each time, or another one's next time. */
const PASSING = /^\/(proc|tmp|var\/tmp|run|dev)\//;

type List =
  | 'filesystem.read'
  | 'filesystem.write'
  | 'network.egress'
  | 'network.listen'
  | 'unix_sockets.connect'
  | 'exec';
type Wish = { readonly list: List; readonly entry: string; readonly isGranted: boolean; readonly why: string };

/**
 * The base with what a session did beside it. Nothing is granted that a rule of the base asks about or refuses, no secret place, no
 * program that hands out the rights of others, nothing executed that the session could have written, and no address of all machines.
 */
export function observedManifest({ base, skillId, observations, home, workspace }: ObservedInput): Draft {
  const place = placer(home, workspace);
  const open = observations.filter(isOpen);
  const paths = open.flatMap((one) => pathsOf(one, place));
  const wishes = [...folders(paths), ...open.flatMap((one) => addressOf(one))];
  const granted = counted(wishes.filter(({ isGranted }) => isGranted));
  const suggested = counted(wishes.filter(({ isGranted }) => !isGranted));
  const { signature: _, signatures: __, mode: ___, $schema: ____, created: _____, expires: ______, ...rest } = base;
  const manifest: Manifest = {
    ...rest,
    skill_id: skillId,
    permissions: withEntries(base.permissions, granted),
    hashes: {},
  };
  return { manifest, granted, suggested, notes: notesOn(observations) };
}

/** No rule speaks of it, and audit mode or a person let it pass. */
function isOpen({ verdict, reason, rule, request }: Observation): boolean {
  if (rule) return false;
  if (verdict === 'audit') return reason === 'no-rule' || reason === 'audit-mode';
  return verdict === 'allow' && reason === 'approved' && request !== undefined;
}

function placer(home: string, workspace: string): (path: string) => string {
  return (path) => {
    for (const [folder, symbol] of [
      [workspace, '$WORKSPACE'],
      [home, '~'],
    ] as const) {
      if (path === folder) return symbol;
      if (path.startsWith(`${folder}/`)) return `${symbol}/${escapePattern(path.slice(folder.length + 1))}`;
    }
    return escapePattern(path);
  };
}

function pathsOf({ operation, path, other_path: other }: Observation, place: (path: string) => string): Wish[] {
  const both = [path, other].filter((one): one is string => one?.startsWith('/') ?? false);
  return both.flatMap((one) => {
    const entry = place(one);
    const list = listOf(operation);
    if (list === null || checkPathPattern(entry) !== null) return [];
    const problem = problemOf(list, one, entry);
    return [{ list, entry, isGranted: problem === null, why: problem ?? '' }];
  });
}

function listOf(operation: string | undefined): List | null {
  switch (operation) {
    case 'read':
      return 'filesystem.read';
    case 'write':
    case 'create':
    case 'delete':
      return 'filesystem.write';
    case 'exec':
      return 'exec';
    case 'connect':
      return 'unix_sockets.connect';
    default:
      return null;
  }
}

/** Why something is not granted, however often it was seen; null: it may be. */
function problemOf(list: List, path: string, entry: string): string | null {
  if (isSecretPlace(path) || isSecretPlace(entry) || (list === 'filesystem.read' && isOf('read:secrets', entry)))
    return 'secrets are kept there';
  if (list === 'filesystem.write' && isOf('write:persist', entry))
    return 'what lies there is run or obeyed by other programs';
  if (list === 'exec' && handsOutRights(path)) return 'it hands out the rights of others';
  if (list === 'exec' && /^(~|\$WORKSPACE|\/tmp|\/var\/tmp|\/dev\/shm)\//.test(entry))
    return 'whoever may write it may make it anything';
  if (entry === '~' || entry === '$WORKSPACE' || path === '/')
    return 'the folder itself says nothing about what is in it';
  if (list !== 'exec' && PASSING.test(entry)) return 'it is another one next time';
  return null;
}

/** Whether a place, as a manifest names it, is one of a class. */
function isOf(name: Parameters<typeof placesOf>[0], entry: string): boolean {
  const rooted = (text: string) => text.replace(/^(~|\$WORKSPACE)(?=\/|$)/, (symbol) => ROOTS[symbol] ?? symbol);
  const path = rooted(entry.replace(/\\(.)/g, '$1')).split('/').slice(1).map(utf8);
  return placesOf(name)
    .flatMap(({ paths }) => paths)
    .some((text) => {
      const patterns = parsePattern(rooted(text));
      return patterns.ok && patterns.value.some((pattern) => matchPath(pattern, path));
    });
}

/** Many files of one program's own folder are that folder. */
function folders(wishes: readonly Wish[]): Wish[] {
  const seen = new Map<string, Set<string>>();
  for (const { list, entry, isGranted } of wishes) {
    const own = isGranted ? ownFolder(entry) : null;
    if (own === null) continue;
    const key = `${list} ${own}`;
    seen.set(key, (seen.get(key) ?? new Set()).add(entry));
  }
  return wishes.map((wish) => {
    const own = wish.isGranted && wish.list !== 'exec' ? ownFolder(wish.entry) : null;
    const isMany = own !== null && (seen.get(`${wish.list} ${own}`)?.size ?? 0) >= MANY;
    return isMany ? { ...wish, entry: `${own}/**` } : wish;
  });
}

/** `~/.name` or `~/.config/name`, if something below it is meant. */
function ownFolder(entry: string): string | null {
  const shelf = SHELVES.find((one) => entry.startsWith(`~/${one}/`));
  const start = shelf === undefined ? '~/' : `~/${shelf}/`;
  if (!entry.startsWith(start)) return null;
  const [name = '', ...rest] = entry.slice(start.length).split('/');
  if (rest.length === 0 || (shelf === undefined && (!name.startsWith('.') || isPartOfShelf(name)))) return null;
  const folder = `${start}${name}`;
  // all of it would be more than it may be
  return SECRETS.some((file) => file.startsWith(`${folder}/`)) || isOf('write:persist', `${folder}/any`)
    ? null
    : folder;
}

const isPartOfShelf = (name: string): boolean => SHELVES.some((shelf) => shelf.split('/')[0] === name);

function addressOf({ operation, address, port }: Observation): Wish[] {
  if (address === undefined || port === undefined || port === 0) return [];
  const entry = `${address.includes(':') ? `[${address}]` : address}:${port}`;
  const isEvery = address === '0.0.0.0' || address === '::';
  if (operation === 'listen' && parseListen(entry).ok)
    return [{ list: 'network.listen', entry, isGranted: !isEvery, why: isEvery ? 'every machine could reach it' : '' }];
  if (operation === 'connect' && parseEgress(entry).ok) {
    const isOwn = /^(127\.|::1$)/.test(address);
    const why = isOwn ? '' : 'an address stays while what has it changes: name the host instead';
    return [{ list: 'network.egress', entry, isGranted: isOwn, why }];
  }
  return [];
}

function counted(wishes: readonly Wish[]): DraftEntry[] {
  const groups = Map.groupBy(wishes, ({ list, entry }) => `${list} ${entry}`);
  return [...groups.values()].map(([first, ...others]) => {
    const { list, entry, why } = first as Wish;
    const times = others.length === 0 ? 'seen once' : `seen ${others.length + 1} times`;
    return { list, entry, why: why === '' ? times : `${times}; ${why}` };
  });
}

function withEntries(permissions: Permissions, granted: readonly DraftEntry[]): Permissions {
  const { filesystem, network, unix_sockets: sockets, exec } = permissions;
  const of = <Entry>(list: List, old: readonly Entry[] | undefined): (Entry | string)[] => [
    ...new Set([...(old ?? []), ...granted.filter((one) => one.list === list).map(({ entry }) => entry)]),
  ];
  const connect = of('unix_sockets.connect', sockets?.connect);
  const listen = of('network.listen', network?.listen);
  return {
    ...permissions,
    filesystem: {
      ...filesystem,
      read: of('filesystem.read', filesystem?.read),
      write: of('filesystem.write', filesystem?.write),
    },
    network: {
      ...network,
      egress: of('network.egress', network?.egress),
      ...(listen.length > 0 ? { listen } : {}),
    },
    ...(connect.length > 0 ? { unix_sockets: { ...sockets, connect } } : {}),
    exec: of('exec', exec),
  } as Permissions;
}

/** What stays as it is, one sentence for each rule or reason. */
function notesOn(observations: readonly Observation[]): string[] {
  const kept = observations.filter((one) => !isOpen(one) && one.verdict !== 'allow');
  const groups = Map.groupBy(kept, ({ verdict, would_be, rule, reason }) => {
    const asks = (would_be ?? verdict) === 'require_approval';
    const by = rule?.pointer == null ? (reason ?? 'no reason on record') : `${rule.pointer}: ${rule.text ?? ''}`;
    return `${asks ? 'is still asked about' : 'stays refused'} (${by})`;
  });
  return [...groups].map(([words, all]) => {
    const objects = [...new Set(all.map(({ path, address, port }) => path ?? `${address ?? ''}:${port ?? ''}`))];
    const more = objects.length > MANY ? ` and ${objects.length - MANY} more` : '';
    return `${objects.slice(0, MANY).join(', ')}${more} ${words}`;
  });
}
