/** Runs as root in a guest with systemd whose administrator has masked the service: the control of what is refused otherwise. */
import { existsSync } from 'node:fs';
import { leavePattern } from '../handed-back.ts';
import { Tally } from '../tally.ts';
import { firstWords, logIn } from './before-anybody.ts';
import { AGENT, PINS, systemctl, UNIT, UNLISTED } from './service.ts';

const tally = new Tally();
await tally.group('a service that is masked', async () => {
  tally.check('it stays so when the package is installed', systemctl('is-enabled', UNIT).stdout.trim() === 'masked');
  tally.check('nothing is in force', !existsSync(PINS));
  const words = await firstWords();
  for (const [program, { word }] of words)
    tally.check(`control: the user’s first program ${program} reads the key`, word === 'read', word);
  tally.check('both have run', words.size === 2);
  await logIn(tally, 'read', AGENT, UNLISTED);
});
leavePattern();
console.log(`${tally.passed} passed, ${tally.failed} failed`);
process.exit(tally.failed === 0 ? 0 : 1);
