/** How a command ends. `run` ends as its command did: with its code, or 128 + the number of the signal. */
export const EXIT = {
  ok: 0,
  /** The answer is no: not enforcing, log damaged, no such record, manifest refused. */
  no: 1,
  /** The command could not do its work: bad usage, no helper, file unreadable. */
  cannot: 2,
  /** `run`: refused or failed before the command started. As of env(1) and timeout(1). */
  notRun: 125,
  /** `run`: the command is there and cannot be executed. */
  notExecutable: 126,
  /** `run`: there is no such command. */
  notFound: 127,
  /** `run`: ended by a signal; its number is added. */
  signal: 128,
} as const;
