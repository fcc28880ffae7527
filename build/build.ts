// Everything that is compiled, then the tree as it will be installed. Nothing is done twice. The desktop app takes an Electron
// of 200 MB: it is part of the tree where that was asked for with `--desktop`, or has been before.
import { buildBpf } from './bpf.ts';
import { buildDesktop } from './desktop.ts';
import { presentRuntime, provideRuntime } from './electron/runtime.ts';
import { buildNative } from './native.ts';
import { stage } from './stage.ts';
import { type BuildStep, runSteps } from './steps.ts';

async function electron(): Promise<string | null> {
  const { runtime, made } = await provideRuntime();
  return made ? `Electron ${runtime.version} (${runtime.origin})` : null;
}

const withDesktop = process.argv.includes('--desktop') || presentRuntime() !== null;
const desktop: Record<string, BuildStep> = withDesktop ? { electron, 'desktop app': buildDesktop } : {};

process.exitCode = await runSteps({
  'kernel programs': buildBpf,
  addons: buildNative,
  ...desktop,
  'installed tree': stage,
});
