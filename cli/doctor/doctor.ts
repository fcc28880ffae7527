import { connect } from '../../client/index.ts';
import type { Check, Diagnosis } from '../../core/protocol/enforcement.ts';
import { everyoneInWords } from '../../core/protocol/everyone.ts';
import { EXIT } from '../exit-code.ts';
import type { HelperOptions } from '../helper-connection.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { visible } from '../terminal/visible.ts';
import { VERSION } from '../version.ts';
import { selfTest } from './self-test.ts';
import { realPlaces, staticFacts } from './static-facts.ts';

export type DoctorOptions = HelperOptions & { readonly json?: boolean };

/** Says whether this machine enforces, and exactly why not. Asks the helper; without one, looks for itself. */
export async function doctor(options: DoctorOptions, terminal: Terminal): Promise<number> {
  const found = await diagnose(options.socket);
  if (options.json) terminal.print(JSON.stringify(found));
  else printDiagnosis(found, terminal);
  return found.state === 'enforcing' && !isMachineWeak(found) && !isEveryoneLoose(found) ? EXIT.ok : EXIT.no;
}

async function diagnose(socketPath: string): Promise<Diagnosis> {
  const connected = await connect({ socketPath, client: { name: 'ringfence doctor', version: VERSION } });
  if (!connected.ok) {
    const { message, remedy } = connected.error;
    return withoutHelper({ name: 'helper', ok: false, detail: message, remedy });
  }
  const { helperVersion } = connected.value.snapshot;
  const answer = await connected.value.call('doctor', {});
  connected.value.close();
  const helper = { name: 'helper', ok: true, detail: `running, version ${helperVersion}` };
  if (answer.ok) return { ...answer.value, checks: [helper, ...answer.value.checks] };
  return withoutHelper({ ...helper, ok: false, detail: `${helper.detail}, but: ${answer.error.message}` });
}

/** Whatever the kernel could do, nothing is guarded while no helper answers. */
async function withoutHelper(helper: Check): Promise<Diagnosis> {
  if (process.geteuid?.() !== 0) {
    const facts = staticFacts(realPlaces());
    const proof = 'a proof needs root: sudo ringfence doctor';
    return { ...facts, checks: [helper, ...facts.checks, { name: 'self-test', ok: false, detail: proof }] };
  }
  const tested = await selfTest();
  if (tested.ok) return { ...tested.value, state: 'not-enforcing', checks: [helper, ...tested.value.checks] };
  const facts = staticFacts(realPlaces());
  const failed = { name: 'self-test', ok: false, detail: tested.error };
  return { ...facts, checks: [helper, ...facts.checks, failed] };
}

/** No agent at all is held to everything that its manifest says. */
function isMachineWeak({ weakened = [] }: Diagnosis): boolean {
  return weakened.some((words) => words.startsWith('every agent: '));
}

/** Everyone else is held to nothing, which is not how a machine begins: it learns first. */
function isEveryoneLoose({ everyone }: Diagnosis): boolean {
  return everyone !== undefined && (everyone.trouble !== null || everyone.stage === 'audit');
}

function printEveryone({ everyone, state }: Diagnosis, { print, paint }: Terminal): void {
  if (everyone === undefined || state !== 'enforcing') return;
  const { grade, words } = everyoneInWords(everyone);
  const colour = { held: paint.good, weak: paint.warn, 'not-held': paint.bad }[grade];
  print(`Everyone else: ${colour(visible(words))}`);
}

function printDiagnosis(found: Diagnosis, terminal: Terminal): void {
  const { state, kernel, checks, weakened = [] } = found;
  const { print, paint } = terminal;
  const width = Math.max(...checks.map((check) => check.name.length));
  // The last check is the deepest cause: the kernel's own answer rather than a helper that did not start for it.
  const failed = checks.filter((check) => !check.ok);
  if (state !== 'enforcing') print(paint.bad('NOT ENFORCING'));
  else print(weakened.length === 0 ? paint.good('ENFORCING') : paint.warn('ENFORCING, EXCEPT'));
  for (const words of weakened) print(`  ${paint.warn(visible(words))}`);
  printEveryone(found, terminal);
  print(`Linux ${visible(kernel)}`);
  print('');
  for (const { name, ok, detail, remedy } of checks) {
    print(`  ${ok ? paint.good('ok  ') : paint.bad('FAIL')}  ${name.padEnd(width)}  ${visible(detail)}`);
    if (!ok && remedy !== undefined) print(`        ${''.padEnd(width)}  ${paint.faint(visible(remedy))}`);
  }
  print('');
  if (state === 'enforcing' && weakened.length > 0)
    print('What is named above is not held to all of its manifest. To end that: ringfence mode');
  else if (state === 'enforcing') print('Agents that run under Ringfence are held to their manifests by the kernel.');
  else
    print(`Agents are NOT held to their manifests on this machine: ${visible(failed.at(-1)?.detail ?? 'see above')}.`);
}
