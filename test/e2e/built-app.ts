import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DESKTOP_APP } from '../../build/desktop-app.ts';
import { presentRuntime, type Runtime } from '../../build/electron/runtime.ts';

/** The Electron that the built app runs on; ends the program where there is none. */
export function builtApp(): Runtime {
  const runtime = presentRuntime();
  if (runtime !== null && existsSync(join(DESKTOP_APP, 'main.cjs'))) return runtime;
  console.error('The desktop app has not been built: node build/build.ts --desktop');
  process.exit(1);
}
