/** What the symbols of a manifest's egress stand for: asked of the tools themselves, as whoever starts the agent. */
import { execFile } from 'node:child_process';
import { EGRESS_SYMBOLS, type EgressSymbol, type Manifest } from '../../core/manifest/index.ts';
import { toolPath } from './tool-path.ts';

export type Tool = readonly [string, ...string[]];
/** What a tool prints; nothing when it is not there, or knows nothing. */
export type Ask = (tool: Tool) => Promise<string>;
/** Hosts with their ports, separated by spaces. */
type Symbols = Partial<Record<EgressSymbol, string>>;

const PATIENCE_MS = 10_000;
/** No project's: what lies in a workspace its agent may have written, a registry of its own or modules of Python's. */
const NOWHERE = '/';
/** Tools break their lines there otherwise. */
const WIDE = { COLUMNS: '1000' };

/** pip's settings know an index only where somebody set one; its help names the one that it will ask. */
const PIP_HELP: Tool = ['pip', 'install', '--help'];
const PIP_INDEX = /--index-url <url>.*\(default (\S+)\)/;
/** The index that pip comes with, and the host that this one keeps the files on. Nobody but pip knows that. */
const PIP_OWN: Tool = [
  'python3',
  '-I',
  '-c',
  'from pip._internal.models.index import PyPI; print(PyPI.simple_url, PyPI.file_storage_domain)',
];

const HOSTS: Readonly<Record<EgressSymbol, (ask: Ask) => Promise<string[]>>> = {
  '@npm': async (ask) => hostOf(await ask(['npm', 'config', 'get', 'registry'])),
  '@pypi': async (ask) => {
    const [help, own] = await Promise.all([ask(PIP_HELP), ask(PIP_OWN)]);
    const index = hostOf(PIP_INDEX.exec(help)?.[1] ?? '');
    const [ownIndex = '', files = ''] = own.trim().split(' ');
    const asksOwn = index.length > 0 && index[0] === hostOf(ownIndex)[0];
    return asksOwn ? [...index, ...hostOf(`https://${files}`)] : index;
  },
};

/** Those that the manifest uses and that a tool of this machine knows. Nothing is asked for others. */
export async function egressSymbols({ permissions }: Manifest, ask: Ask = askOnce): Promise<Symbols> {
  const entries = [...(permissions.network?.egress ?? []), ...(permissions.require_approval?.network?.egress ?? [])];
  const used = EGRESS_SYMBOLS.filter((known) => entries.includes(known));
  const found = await Promise.all(used.map(async (symbol) => [symbol, (await HOSTS[symbol](ask)).join(' ')] as const));
  return Object.fromEntries(found.filter(([, hosts]) => hosts !== ''));
}

/** `host:port` of a URL; nothing when it is none that can be reached. */
function hostOf(text: string): string[] {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : null;
  const port = url?.port || (url?.protocol === 'https:' ? '443' : url?.protocol === 'http:' ? '80' : '');
  return url === null || port === '' || url.hostname === '' ? [] : [`${url.hostname}:${port}`];
}

const asked = new Map<string, Promise<string>>();

/** An agent and its skills mean the same tools, and one takes half a second. */
function askOnce(tool: Tool): Promise<string> {
  const key = tool.join(' ');
  const answer = asked.get(key) ?? askTool(tool, toolPath(process.env.PATH ?? '', process.cwd()));
  asked.set(key, answer);
  return answer;
}

/** @param path where it is looked for, and what it needs itself */
export function askTool([tool, ...words]: Tool, path: string): Promise<string> {
  const env = { ...process.env, ...WIDE, PATH: path };
  return new Promise((resolve) => {
    const options = { encoding: 'utf8', timeout: PATIENCE_MS, env, cwd: NOWHERE } as const;
    const child = execFile(tool, words, options, (error, printed) => resolve(error === null ? printed : ''));
    child.stdin?.end();
  });
}
