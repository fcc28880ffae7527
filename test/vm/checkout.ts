import { join } from 'node:path';

/** The root of this checkout. */
export const CHECKOUT = join(import.meta.dirname, '..', '..');

/** Everything the guest keeps between boots; may be deleted at any time. */
export const GUEST_CACHE = join(CHECKOUT, '.cache', 'vm');

/** The built product as it is installed below /opt/ringfence; made by build/stage.ts. */
export const STAGE = join(CHECKOUT, '.cache', 'stage');
