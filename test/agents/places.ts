/** Where things are in the guest. */
import type { Places } from './agent.ts';

/** Where agents are installed for everyone. */
export const MODULES = '/usr/lib/node_modules';
export const BIN = '/usr/local/bin';
export const HOME = '/home/dev';
export const PLACES: Places = { home: HOME, workspace: `${HOME}/project`, modules: MODULES, node: `${BIN}/node` };

/** Of an address that no starter grants. */
export const COLLECTOR_PORT = 29999;
/** Of a cloud's service for what a machine is and may do. */
export const METADATA = '169.254.169.254';
