/** What signatures by this machine are called. */
export const MACHINE_KEY_NAME = 'this-machine';
