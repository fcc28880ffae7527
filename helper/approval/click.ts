/**
 * Where a click counts as a person's word: in the desktop app as root has installed it, started as it is meant to be started, and
 * nowhere else. Everyone else gives a password.
 *
 * This keeps agents and careless programs out, and is no proof against a hostile program of the same user outside any session:
 * what a process was started with is read from memory that it can rewrite, a program that connects can become the app a moment
 * later while another holds its connection, and whoever runs the app on a display of their own can press its buttons. So a click
 * never widens a rule, and each answer goes on record with how it was given.
 */
import type { ProcessStamp } from '../control/peer.ts';

/** A file, however it is called. */
export interface FileIdentity {
  readonly device: bigint;
  readonly inode: bigint;
}

/** An executable that root alone can have put where it is. */
export interface InstalledProgram extends FileIdentity {
  readonly path: string;
}

/** What the kernel says of a process: it cannot be forged from within. */
export interface CallerIdentity extends ProcessStamp {
  readonly uids: readonly number[];
  /** 0: nobody traces it. */
  readonly tracerPid: number;
  /** By which name its executable was started: another name has other files beside it. */
  readonly executablePath: string;
  /** Mounts, users and root directory are those of the host. */
  readonly seesTheHost: boolean;
}

/** What the process was started with, from its own memory. */
export interface CallerStart {
  readonly words: readonly string[];
  /** `NAME=value` each. */
  readonly environment: readonly string[];
}

/** Switches that let others see or steer the app, or load what is not part of it; Chromium takes them with one dash or two. */
const STEERED = [
  /^(inspect|debug)(-|$)/,
  /^remote-/,
  /^(no|disable)-.*sandbox$/,
  /^no-zygote$/,
  /^(single-process|in-process-gpu)$/,
  /^(load|disable)-extension/,
  /^(js-flags|require|r|eval|e|import)$/,
  /(^|-)(cmd-prefix|launcher|subprocess-path)$/,
  /^disable-web-security$/,
  /^(headless|enable-automation)$/,
  // the app's own children run the same executable; none of them is where a person clicks
  /^type$/,
];

/** Variables that have the loader, Node, Electron or GTK load code from elsewhere. */
const LOADING = [
  /^LD_/,
  /^NODE_(OPTIONS|PATH|REPL_EXTERNAL_MODULE)$/,
  /^ELECTRON_(RUN_AS_NODE|OVERRIDE_DIST_PATH)$/,
  /^(GTK_PATH|GTK_EXE_PREFIX|GTK_IM_MODULE_FILE|GDK_PIXBUF_MODULE(_FILE|DIR)|GIO_EXTRA_MODULES|GIO_MODULE_DIR)$/,
  /^(GCONV_PATH|LIBGL_DRIVERS_PATH|LIBVA_DRIVERS_PATH|GBM_BACKENDS_PATH|VK_(ICD|DRIVER)_FILES|VK_ICD_FILENAMES)$/,
];

/** Null if the kernel's word fits the installed app and the process that connected, otherwise why not. */
export function whyNotTheApp(
  now: CallerIdentity,
  { uid, atConnect }: { readonly uid: number; readonly atConnect: ProcessStamp | null },
  installed: readonly InstalledProgram[],
): string | null {
  if (atConnect === null || atConnect.startTicks !== now.startTicks) return 'it is not the process that connected';
  const app = installed.find((program) => isSame(program, now.executable));
  if (app === undefined) return 'it does not run the installed app';
  if (!isSame(app, atConnect.executable)) return 'it became the app after it had connected';
  if (now.executablePath !== app.path) return 'it runs the app under another name';
  if (!now.seesTheHost) return 'it has mounts, users or a root directory of its own';
  if (now.uids.length !== 4 || now.uids.some((each) => each !== uid)) return 'it runs as more than one user';
  return now.tracerPid === 0 ? null : `process ${now.tracerPid} traces it`;
}

/** Null if it was started as the app is meant to be, otherwise what was not so. */
export function whyNotAsMeant({ words, environment }: CallerStart): string | null {
  if (words.length === 0) return 'it does not say how it was started';
  const steered = words.slice(1).find(isSteering);
  if (steered !== undefined) return `it was started with ${JSON.stringify(steered)}`;
  const loading = environment.find(isLoading);
  return loading === undefined ? null : `it was started with ${JSON.stringify(nameOf(loading))} set`;
}

function isSame(program: FileIdentity, other: FileIdentity | null): boolean {
  return other !== null && program.device === other.device && program.inode === other.inode;
}

function isSteering(asGiven: string): boolean {
  // Chromium leaves out blanks around a switch
  const word = asGiven.trim();
  if (!word.startsWith('-')) return false;
  const [name = '', value = ''] = word.replace(/^-+/, '').toLowerCase().split('=', 2);
  if (name.startsWith('ozone-platform') && value === 'headless') return true;
  const plain = name.replaceAll('_', '-');
  return STEERED.some((pattern) => pattern.test(plain));
}

function nameOf(variable: string): string {
  return variable.split('=', 1)[0] ?? '';
}

function isLoading(variable: string): boolean {
  const name = nameOf(variable);
  // module names are looked up where the system has them; a path leads elsewhere
  if (/^GTK[0-9]?_MODULES$/.test(name)) return variable.includes('/');
  return LOADING.some((pattern) => pattern.test(name));
}
