/** What is burnt into the executable: how it can be started, whatever its arguments and environment say. */
import { FuseState, FuseV1Options, FuseVersion, flipFuses, getCurrentFuseWire } from '@electron/fuses';

export type FuseName = keyof typeof FuseV1Options;
export type Fuses = Partial<Readonly<Record<FuseName, boolean>>>;

/** The copy that is installed: no way in from outside. */
export const SHIPPED_FUSES = {
  RunAsNode: false,
  EnableNodeOptionsEnvironmentVariable: false,
  EnableNodeCliInspectArguments: false,
  GrantFileProtocolExtraPrivileges: false,
  LoadBrowserProcessSpecificV8Snapshot: false,
} as const satisfies Fuses;

/** The copy that Playwright drives: it speaks to the main process through Node's inspector. Never installed. */
export const TEST_FUSES = { ...SHIPPED_FUSES, EnableNodeCliInspectArguments: true } as const satisfies Fuses;

export async function setFuses(executable: string, fuses: Fuses): Promise<void> {
  const byNumber = Object.entries(fuses).map(([name, on]) => [FuseV1Options[name as FuseName], on]);
  await flipFuses(executable, { version: FuseVersion.V1, ...Object.fromEntries(byNumber) });
}

/** Of those named, which are on, as the executable says. One that it lacks counts as on: nobody has switched it off. */
export async function readFuses(executable: string, names: readonly FuseName[]): Promise<Record<string, boolean>> {
  const wire = (await getCurrentFuseWire(executable)) as unknown as Record<number, FuseState | undefined>;
  return Object.fromEntries(names.map((name) => [name, wire[FuseV1Options[name]] !== FuseState.DISABLE]));
}
