/** The demo's part inside the guest, run by `dev`. What it needs is loaded after the first line: that takes seconds. */
import { release } from 'node:os';

const [agentVersion = ''] = process.argv.slice(2);
process.stdout.write(
  `Ringfence · Linux ${release()} · the agent is pi ${agentVersion}, unmodified; its model is scripted\n`,
);
await import('./conduct.ts');
