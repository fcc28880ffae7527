/** `replace.ts OBJECT PINS`: what a helper that starts does with the kernel programs, and nothing else. It is killed on its way. */
import { putInForce } from '../../../helper/kernel/put-in-force.ts';

const [objectFile = '', pinDirectory = ''] = process.argv.slice(2);
console.log('begins');
console.log(putInForce({ objectFile, pinDirectory }));
