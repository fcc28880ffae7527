/** Stands in for a helper that lives but reads nothing, with a watchdog of its own. Says when both are there; to be killed. */
import { HeldCalls } from '../../../helper/kernel/held-calls.ts';
import { INSTALLED_PLACES } from '../../../helper/places.ts';
import { startWatchdog } from '../../../helper/watchdog/watchdog.ts';

const [pinDirectory = ''] = process.argv.slice(2);
const BEAT_MS = 500;
const WATCHING_MS = 500;

const held = new HeldCalls(pinDirectory);
held.beat();
setInterval(() => held.beat(), BEAT_MS);
startWatchdog({ program: INSTALLED_PLACES.watchdog, pinDirectory, onTrouble: (message) => console.error(message) });
// until it has found its parent
setTimeout(() => console.log('there'), WATCHING_MS);
