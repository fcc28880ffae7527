import { ToolFailure } from './tool.ts';

/** What a build step made; null when everything was up to date. */
export type BuildStep = () => Promise<string | null>;

/** Runs steps in order, says what each made and how long it took. Returns the exit status. */
export async function runSteps(steps: Readonly<Record<string, BuildStep>>): Promise<number> {
  for (const [name, step] of Object.entries(steps)) {
    const started = performance.now();
    try {
      const made = await step();
      if (made !== null)
        console.error(`build: ${name}: ${made} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
    } catch (error) {
      if (!(error instanceof ToolFailure)) throw error;
      console.error(`build: ${name} failed\n${error.message}`);
      return 1;
    }
  }
  return 0;
}
