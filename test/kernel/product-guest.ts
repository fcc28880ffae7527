/** Runs in the guest as root: the installed product, with a helper that is started and killed here. */
import { parseArgs } from 'node:util';
import { leavePattern } from './handed-back.ts';
import { product } from './product.ts';
import { Tally } from './tally.ts';

const { values } = parseArgs({
  options: { programs: { type: 'string' }, kills: { type: 'string' }, refusals: { type: 'string' } },
});
const { refusals = 'all' } = values;
if (refusals !== 'all' && refusals !== 'even' && refusals !== 'odd') throw new Error(`--refusals ${refusals}`);
const tally = new Tally();
await tally.group('the product', () =>
  product({ programs: values.programs ?? '', kills: Number(values.kills ?? '4'), refusals, tally }),
);
leavePattern();
console.log(`${tally.passed} passed, ${tally.failed} failed`);
process.exit(tally.failed === 0 ? 0 : 1);
