/** What the texts of a skill tell about what it will need. */
export type SkillText = {
  /** Below the skill's folder. */
  readonly path: string;
  readonly text: string;
  /** Whether the file may be run as a program. */
  readonly executable: boolean;
};

export type Found = { readonly what: string; readonly path: string; readonly line: number };

export type TextFindings = {
  /** Programs that `#!` lines name: a path, or a name that env looks up. */
  readonly interpreters: readonly Found[];
  /** Hosts that scripts reach by plain https. */
  readonly hosts: readonly Found[];
  /** Any other address of the web, whole. */
  readonly addresses: readonly Found[];
  /** Places below a home. */
  readonly places: readonly Found[];
};

const SCRIPT = /\.(sh|bash|zsh|py|js|mjs|cjs|ts|mts|rb|pl|php|lua|fish|ps1)$/i;
const URL = /\b[a-z][a-z0-9+.-]{1,15}:\/\/[^\s"'`<>()[\]{}|\\^,;]{1,500}/gi;
const PLACE = /(?:~|\$HOME|\$\{HOME\}|\/home\/[A-Za-z0-9._-]+|\/root)(?:\/[A-Za-z0-9._+@-]+)+\/?/g;
const MAX_FOUND = 200;

export function isScript({ path, text }: SkillText): boolean {
  return text.startsWith('#!') || SCRIPT.test(path);
}

export function searchTexts(texts: readonly SkillText[]): TextFindings {
  const interpreters: Found[] = [];
  const hosts: Found[] = [];
  const addresses: Found[] = [];
  const places: Found[] = [];
  for (const one of texts) {
    for (const what of interpretersOf(one.text)) interpreters.push({ what, path: one.path, line: 1 });
    for (const found of matches(one, URL)) {
      const host = isScript(one) ? plainHost(found.what) : null;
      if (host === null) addresses.push(found);
      else hosts.push({ ...found, what: host });
    }
    places.push(...matches(one, PLACE).map((found) => ({ ...found, what: asManifestPath(found.what) })));
  }
  return {
    interpreters: distinct(interpreters),
    hosts: distinct(hosts),
    addresses: distinct(addresses),
    places: distinct(places),
  };
}

/** `#!/usr/bin/env -S python3 -u` names two programs. */
function interpretersOf(text: string): string[] {
  const line = /^#!\s*([^\r\n]{1,500})/.exec(text)?.[1] ?? '';
  const [program = '', ...rest] = line.trim().split(/\s+/);
  if (program === '') return [];
  const looked = program.endsWith('/env')
    ? rest.find((word) => !word.startsWith('-') && !word.includes('='))
    : undefined;
  return looked === undefined ? [program] : [program, looked];
}

/** The host of an https address without port, user or anything in it that is put in later. */
function plainHost(url: string): string | null {
  const host = /^https:\/\/([a-z0-9.-]+)(?::443)?(?:[/?#]|$)/.exec(url)?.[1];
  if (host === undefined || !host.includes('.') || /^[0-9.]+$/.test(host)) return null;
  return /(^|\.)(example(\.[a-z]+)?|test|invalid|localhost|local|internal)$/.test(host)
    ? null
    : host.replace(/\.$/, '');
}

function asManifestPath(path: string): string {
  return path.replace(/^(\$HOME|\$\{HOME\}|\/home\/[^/]+)(?=\/)/, '~').replace(/[/.]+$/, '');
}

function matches({ path, text }: SkillText, pattern: RegExp): Found[] {
  const found: Found[] = [];
  let line = 1;
  let counted = 0;
  for (const match of text.matchAll(pattern)) {
    for (; counted < match.index; counted += 1) if (text.charCodeAt(counted) === 10) line += 1;
    found.push({ what: match[0], path, line });
    if (found.length >= MAX_FOUND) break;
  }
  return found;
}

/** The first place of each. */
function distinct(found: readonly Found[]): Found[] {
  return [...new Map([...found].reverse().map((one) => [one.what, one])).values()].reverse().slice(0, MAX_FOUND);
}
