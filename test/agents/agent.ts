import type { Call } from './model/dialect.ts';
import type { Step } from './tasks/task.ts';

/** Where things are in a run; every path is absolute. */
export type Places = {
  home: string;
  /** Below the home; the agent is started in it. */
  workspace: string;
  /** The `node_modules` that the agents are installed in. */
  modules: string;
  /** The Node that runs agents which are scripts. */
  node: string;
};

/** Where the scripted model listens: `http://127.0.0.1:PORT`, or `https:` with the certificate of its authority. */
export type ModelAddress = { url: string; certificate?: string };

export const DIALECTS = ['anthropic-messages', 'openai-chat', 'openai-responses', 'gemini', 'ollama'] as const;
export type DialectName = (typeof DIALECTS)[number];

/** A server over stdio that the agent has to start for its tools. */
export type McpServer = { name: string; command: string; args: readonly string[] };

/** One that begins, the one before that goes on, or one that begins while another is there. */
export type Session = 'new' | 'resumed' | 'nested';

/** What is written and run so that an unmodified agent works with the scripted model, unattended. */
export type Agent = {
  name: string;
  /** The starter manifest it runs under: `starters/NAME.json`. */
  starter: string;
  /** What it is recognised as, where that is not its starter's name. */
  known?: string;
  /** Its package, whose version is told in reports. */
  package: string;
  /** Those it can be told to speak, the usual one first. */
  dialects: readonly [DialectName, ...DialectName[]];
  /** Files by their path below the home. */
  settings: (model: ModelAddress, dialect: DialectName, servers: readonly McpServer[]) => Record<string, string>;
  environment: (model: ModelAddress) => Record<string, string>;
  command: (places: Places, prompt: string, session: Session) => string[];
  /** Which of its tools does that, and with what arguments. Paths in steps are absolute by then. */
  call: (step: Step, places: Places) => Call;
  /** Where its tools leave a command running that takes long: how the rest of that is waited for. */
  leftRunning?: LeftRunning;
  /** Milliseconds that one start of it may take in a guest, where it takes longer than others. */
  startMs?: number;
};

export type LeftRunning = {
  /** What a tool says that has left a command running. Its only group is the number of the command. */
  said: RegExp;
  wait: (number: number) => Call;
};

/** Every agent needs one, none of these is checked. */
export const DUMMY_KEY = 'sk-ant-scripted';
/** The only model there is. */
export const MODEL = 'scripted';
/** Longer than any step takes; some tools answer "still running" after ten seconds otherwise. */
export const PATIENCE_MS = 120_000;

/** What an agent calls the dialects that it speaks, and what it wants behind the address of a model. */
export type Apis = Partial<Record<DialectName, { api: string; base: string }>>;

export function apiOf(apis: Apis, dialect: DialectName): { api: string; base: string } {
  const api = apis[dialect];
  if (api === undefined) throw new Error(`no ${dialect} is spoken`);
  return api;
}

export const settingsFile = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;

/** What a model asks for that waits for a command; null: nothing was left running. */
export function waitingCall(leftRunning: LeftRunning | undefined, told: string): Call | null {
  const number = leftRunning?.said.exec(told)?.[1];
  return number === undefined || leftRunning === undefined ? null : leftRunning.wait(Number(number));
}

/** One word of a shell. */
export const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

/** Tools of that kind are not there: the task is not for this agent. */
export function lacking(agent: string, step: Step): never {
  throw new Error(`${agent} has no tool for ${Object.keys(step).join(', ')}`);
}
