/** Runs in the guest as root: the installed product, with a helper that is started and killed here. */
import { parseArgs } from 'node:util';
import { CHOICE } from './chosen.ts';
import { leavePattern } from './handed-back.ts';
import { product } from './product.ts';
import { seedFrom } from './seeded.ts';
import { Tally } from './tally.ts';

const { values } = parseArgs({
  options: {
    programs: { type: 'string' },
    kills: { type: 'string' },
    /** Under a light load, as there is little time. */
    quick: { type: 'boolean', default: false },
    seed: { type: 'string' },
    ...CHOICE,
  },
});
const tally = new Tally();
await tally.group('the product', () =>
  product({
    programs: values.programs ?? '',
    kills: Number(values.kills ?? '4'),
    load: values.quick ? 'light' : 'heavy',
    seed: seedFrom(values.seed),
    choice: values,
    tally,
  }),
);
leavePattern();
console.log(`${tally.passed} passed, ${tally.failed} failed`);
process.exit(tally.failed === 0 ? 0 : 1);
