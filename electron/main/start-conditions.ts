/** Ways of starting the app that would make another program of it. */

/** The debugger's ports, chosen by the system: what Playwright starts the app with. */
const DEBUGGED = [/^--inspect=0$/, /^--remote-debugging-port=0$/];

/** Everything else that begins with a dash is refused: Chromium has a thousand switches, and many of them run code. */
const HARMLESS = [
  /^--background$/,
  /^--ozone-platform(-hint)?=(x11|wayland|auto)$/,
  /^--force-device-scale-factor=[0-9.]{1,4}$/,
  /^--force-renderer-accessibility$/,
  // the launcher's
  /^--disable-dev-shm-usage$/,
];

/** Each loads code into the process. */
const CODE_IN_ENVIRONMENT = ['LD_PRELOAD', 'LD_AUDIT', 'LD_LIBRARY_PATH', 'NODE_OPTIONS', 'ELECTRON_RUN_AS_NODE'];

export interface Start {
  /** Without the executable. */
  readonly words: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly installed: boolean;
}

/** Why the app may not run like this, or null. A copy that is not installed may be debugged: it can grant nothing. */
export function refuseStart({ words, environment, installed }: Start): string | null {
  const allowed = installed ? HARMLESS : [...HARMLESS, ...DEBUGGED];
  // Chromium leaves out blanks around a switch, and takes no other words
  const word = words.find((each) => each.trim().startsWith('-') && !allowed.some((pattern) => pattern.test(each)));
  if (word !== undefined) return `the argument ${word.slice(0, 80)} is not accepted`;
  const name = CODE_IN_ENVIRONMENT.find((each) => environment[each]);
  return name === undefined ? null : `the environment variable ${name} is set; start the app without it`;
}
