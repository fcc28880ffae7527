/** Every screen of the app and every state it can be in, one after the other, in the real app against a scripted helper. */
import type { Page } from 'playwright-core';
import type { ApprovalState } from '../../core/protocol/approval.ts';
import type { Screen, WindowKind } from '../../core/protocol/desktop.ts';
import { sampleDiagnosis, sampleManifest } from '../../renderer/testing/answers.ts';
import { sampleHistory } from '../../renderer/testing/records.ts';
import { SCENES, type SceneName } from '../../renderer/testing/scenes.ts';
import { type App, until, type World } from './app.ts';

const RECORDS = 240;
const HELD_MS = 26_000;

export interface Stop {
  readonly name: string;
  readonly window: WindowKind;
  readonly page: Page;
}

/** What a helper would say that is in the state of this scene. */
export function scriptOf(name: SceneName): object {
  const { sessions, approvals, grants, link, everyone, inbox } = SCENES[name].state;
  const manifests = Object.fromEntries(sessions.map(({ id }) => [id, sampleManifest({ session: id })]));
  const enforcement = link.state === 'connected' ? { enforcement: link.enforcement } : {};
  return {
    sessions,
    approvals: approvals.map((request) => ({ ...request, status: heldFromNow(request.status) })),
    grants,
    ...(everyone === null ? {} : { everyone, inbox: inbox.entries }),
    manifests,
    entries: sampleHistory(SCENES[name].records === 0 ? 0 : RECORDS),
    verification: { state: 'intact', records: RECORDS, gaps: 3, root: '9f'.repeat(32), checkpoint: null },
    diagnosis: sampleDiagnosis(link),
    ...enforcement,
  };
}

/** The scenes are as old as this program; a question that waits has just been asked. */
function heldFromNow(status: ApprovalState): ApprovalState {
  return status.state === 'held' ? { ...status, until: new Date(Date.now() + HELD_MS).toISOString() } : status;
}

/** Begins without a helper and ends with one that has gone. */
export async function* tour(world: World, app: App): AsyncGenerator<Stop> {
  yield* mainStops(app, 'absent', ['approvals', 'status']);
  yield* withHelper(world, app, 'approvals-empty', (main) => mainStops(main, 'quiet', ['approvals', 'agents']));
  yield* withHelper(world, app, 'history-empty', (main) => mainStops(main, 'quiet', ['history']));
  yield* withHelper(world, app, 'approvals-not-enforcing', (main) => mainStops(main, 'not-enforcing', SCREENS));
  for (const name of PROMPTS) yield* withHelper(world, app, name, (prompt) => promptStop(prompt, name));
  for (const name of OTHERS) yield* withHelper(world, app, name, (main) => mainStops(main, name, ['everyone']));
  yield* withHelper(world, app, 'agents-audited', auditedStops);
  yield* withHelper(world, app, 'approvals-busy', busyStops);
  await world.helper.start(scriptOf('approvals-busy'));
  await linked(app, 'connected');
  await world.helper.kill();
  await linked(app, 'lost');
  yield* mainStops(app, 'lost', SCREENS);
}

const SCREENS: readonly Screen[] = ['approvals', 'agents', 'everyone', 'history', 'status'];
const OTHERS = ['everyone-stopped', 'everyone-learning', 'everyone-trouble'] as const satisfies readonly SceneName[];
const PROMPTS = [
  'prompt-held',
  'prompt-four',
  'prompt-refused',
  'prompt-address',
  'prompt-hostile',
  'prompt-long',
  'prompt-rename',
] as const satisfies readonly SceneName[];

async function* withHelper(
  world: World,
  app: App,
  scene: SceneName,
  stops: (app: App) => AsyncGenerator<Stop>,
): AsyncGenerator<Stop> {
  await world.helper.start(scriptOf(scene));
  await linked(app, 'connected');
  yield* stops(app);
  await world.helper.stop();
  await linked(app, 'lost');
}

async function* mainStops(app: App, state: string, screens: readonly Screen[]): AsyncGenerator<Stop> {
  const page = await app.window('main');
  for (const screen of screens) {
    await showScreen(page, screen);
    yield { name: `${screen}-${state}`, window: 'main', page };
  }
}

async function* promptStop(app: App, name: SceneName): AsyncGenerator<Stop> {
  await app.prompted('asks:');
  const page = await app.window('prompt');
  await page.getByText('Hold to allow').waitFor();
  yield { name, window: 'prompt', page };
}

/** One that is audited only, and says nearly everything in its manifest. */
async function* auditedStops(app: App): AsyncGenerator<Stop> {
  yield* mainStops(app, 'audited', ['status', 'agents']);
  const page = await app.window('main');
  await page.getByRole('tab', { name: 'Manifest' }).click();
  await page.getByText('Signed by Acme Tools').first().waitFor();
  yield { name: 'manifest-audited', window: 'main', page };
  await page.getByRole('button', { name: 'Edit permissions' }).click();
  await page.getByText('These broad grants are meant').scrollIntoViewIfNeeded();
  yield { name: 'manifest-editor-audited', window: 'main', page };
}

async function* busyStops(app: App): AsyncGenerator<Stop> {
  yield* mainStops(app, 'busy', SCREENS);
  const page = await app.window('main');
  const stop = (name: string): Stop => ({ name, window: 'main', page });

  await showScreen(page, 'agents');
  await page.getByRole('tab', { name: 'Manifest' }).click();
  await page.getByText('Signed by alice').first().waitFor();
  yield stop('manifest');
  await page.getByRole('button', { name: 'Edit permissions' }).click();
  await page.getByRole('heading', { name: 'Edit permissions' }).waitFor();
  yield stop('manifest-editor');

  await showScreen(page, 'history');
  await page.getByRole('option').nth(2).click();
  yield stop('history-record');
  await page.getByRole('button', { name: 'Verify' }).first().click();
  await page.getByText('intact', { exact: false }).first().waitFor();
  yield stop('history-verified');

  await showScreen(page, 'status');
  await page.getByRole('button', { name: 'Run the self-test' }).click();
  await page.getByText('checks passed').waitFor();
  yield stop('status-tested');
}

export async function showScreen(page: Page, screen: Screen): Promise<void> {
  const title = screen === 'everyone' ? 'Everyone else' : `${screen[0]?.toUpperCase()}${screen.slice(1)}`;
  await page.getByRole('tab', { name: title }).click();
  await page.getByRole('heading', { level: 1, name: title }).waitFor();
}

export async function linked(app: App, state: string): Promise<void> {
  await until(`the link is ${state}`, async () => {
    const answer = (await app.call('main', 'state', {})) as { value: { link: { state: string } } };
    return answer.value.link.state === state;
  });
}
