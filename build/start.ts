/**
 * `npm start [-- --xvfb]`: helper and desktop from this checkout, beside whatever is installed; both end together, and nothing
 * of theirs stays in the kernel. Where this machine cannot enforce, it says why, and the app shows NOT ENFORCING.
 */
import { parseArgs } from 'node:util';
import { startApp, wantsDisplay } from './start/app.ts';
import { type Privilege, privilege, SOCKET, selfTest, startHelper } from './start/helper.ts';

const { values } = parseArgs({ options: { xvfb: { type: 'boolean', default: false } } });

/** In plain words, before any window is open. */
async function explain(asRoot: Privilege | null): Promise<void> {
  if (asRoot === null) {
    console.log(
      'NOT ENFORCING: the helper has to run as root, and neither are you nor may you use sudo without a password.',
    );
    console.log('  To have it: sudo npm start. The app opens without a helper and says so.');
  } else {
    const diagnosis = await selfTest(asRoot);
    if (diagnosis.state === 'enforcing') {
      console.log(`Linux ${diagnosis.kernel} enforces. Hold an agent to its manifest with:`);
      console.log(`  .cache/stage/bin/ringfence --socket ${SOCKET} run --manifest clawmanifest.json -- AGENT`);
      return;
    }
    console.log(`NOT ENFORCING: this machine’s kernel (Linux ${diagnosis.kernel}) cannot hold agents:`);
    for (const { name, detail, remedy } of diagnosis.checks.filter(({ ok }) => !ok)) {
      console.log(`  ${name}: ${detail}`);
      if (remedy) console.log(`    ${remedy}`);
    }
  }
  console.log('To see it enforce, in a virtual machine with a stock Debian kernel: npm run demo');
}

async function main(): Promise<number> {
  const asRoot = privilege();
  await explain(asRoot);
  if (!values.xvfb && !wantsDisplay()) {
    console.error('There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set), so the app cannot open.');
    console.error('  Run this in a desktop session, over ssh -X, or on a display in memory: npm start -- --xvfb');
    return 1;
  }
  const helper = asRoot === null ? null : await startHelper(asRoot);
  if (helper) console.log(`  the helper listens on ${helper.socket}; its log is ${helper.log}`);
  try {
    return await startApp({ socket: helper?.socket ?? null, inMemory: values.xvfb });
  } finally {
    await helper?.takeDown();
  }
}

process.exitCode = await main();
