/** Takes the exit code of a command that is done. */
export type Finish = (code: number) => void;
