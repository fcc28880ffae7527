/** `ringfenced`: composes the kernel side, the sessions, the evidence log and the control socket. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pino, { type Logger } from 'pino';
import type { Diagnosis, Enforcement } from '../core/protocol/enforcement.ts';
import type { HelperEvent } from '../core/protocol/events.ts';
import { NO_MODES, weakeningInWords, weakenings } from '../core/protocol/modes.ts';
import packageData from '../package.json' with { type: 'json' };
import { answerQuestions } from './answer-questions.ts';
import { peerAnswering } from './approval/answering.ts';
import { refusalsOf } from './approval/refusals.ts';
import { type AuditLog, openAuditLog } from './audit/audit-log.ts';
import { buildIdentity } from './build-identity.ts';
import { type ControlServer, startControlServer } from './control/server.ts';
import { diagnose, lostAnswersNote, lostRecognitionsNote, skippedCallsCheck } from './diagnose.ts';
import { type EnforceParts, type Enforcer, enforce } from './enforce.ts';
import { EVENT_SOURCE } from './entry-points.ts';
import { EveryoneEnforcement } from './everyone/enforcement.ts';
import { sightingIn } from './everyone/sightings.ts';
import { identifyPeer, stillLives } from './identify-peer.ts';
import { incidentLog } from './incident-log.ts';
import { keepUp } from './keep-up.ts';
import { Guard } from './kernel/guard.ts';
import { takeDown } from './kernel/put-in-force.ts';
import { INSTALLED_PLACES, type Places, placesIn } from './places.ts';
import { serviceManager } from './service-manager/service-manager.ts';
import { services } from './services.ts';
import { protectedHomes, readAccounts } from './session/accounts.ts';
import { guardSelf } from './watchdog/watchdog.ts';
import { startWhyServer } from './why/why-server.ts';
import { manifestWorker } from './worker/manifest-worker.ts';

const HELP = `ringfenced: the privileged helper of Ringfence.

  ringfenced                      serve (as root)
  ringfenced --self-test [--json] prove whether this kernel enforces
  ringfenced --off                end enforcement and remove every program from the kernel
  ringfenced --in FOLDER …         with everything it keeps in that folder, beside an installed one
  ringfenced --version`;

function describe(diagnosis: Diagnosis): string {
  const lines = diagnosis.checks.map(
    ({ name, ok, detail, remedy }) => `${ok ? 'ok  ' : 'FAIL'}  ${name}: ${detail}${remedy ? `\n      ${remedy}` : ''}`,
  );
  return [diagnosis.state === 'enforcing' ? 'ENFORCING' : 'NOT ENFORCING', ...lines].join('\n');
}

async function openEvidence(places: Places, log: Logger): Promise<AuditLog> {
  const opened = await openAuditLog({
    directory: join(places.state, 'audit'),
    indexFile: join(places.state, 'audit.db'),
    keyDirectory: join(places.state, 'keys'),
    helperVersion: packageData.version,
  });
  if (!opened.ok) {
    log.fatal(opened.error, 'the evidence log cannot be opened');
    throw new Error(`${opened.error.message} ${opened.error.remedy ?? ''}`);
  }
  opened.value.onTrouble(({ error, final }) => log[final ? 'fatal' : 'error'](error, 'evidence log'));
  return opened.value;
}

/** Null with a reason where this kernel does not enforce. */
function startGuard(places: Places, log: Logger): { guard: Guard | null; enforcement: Enforcement } {
  const diagnosis = diagnose(places.selfTestObject);
  const failed = diagnosis.checks.find(({ ok }) => !ok);
  if (failed) {
    log.error(diagnosis, 'NOT ENFORCING');
    const { detail: reason, remedy } = failed;
    return {
      guard: null,
      enforcement: { state: 'not-enforcing', kernel: diagnosis.kernel, reason, ...(remedy ? { remedy } : {}) },
    };
  }
  const guard = new Guard({ objectFile: places.kernelObject, pinDirectory: places.pins });
  guard.protect(protectedHomes(readAccounts()));
  log.info(
    {
      how: guard.side.cameIntoForce,
      earlier: guard.side.earlier.count,
      filesystems: guard.mounts.length,
      locations: guard.locations.length,
    },
    'enforcing',
  );
  return { guard, enforcement: { state: 'enforcing', kernel: diagnosis.kernel } };
}

/** Everyone else in the kernel, and what the log says of them. */
function everyoneIn(places: Places, audit: AuditLog): NonNullable<EnforceParts['everyoneKernel']> {
  return (guard, sighted) => {
    audit.onRecord((record) => {
      const sighting = sightingIn(record);
      if (sighting) sighted(sighting);
    });
    return new EveryoneEnforcement(guard, places.runtime, buildIdentity());
  };
}

/** What an earlier helper has left in force; then what agents are told by. */
async function takeOver({ sessions, recognised, everyone }: Enforcer, log: Logger): Promise<void> {
  recognised.adopt();
  await sessions.recover();
  everyone?.renew();
  try {
    await recognised.prepare();
  } catch (error) {
    log.error(error, 'agents are recognised as an earlier helper saw the machine, or not at all');
  }
}

/** Those that an earlier helper knew, and those that began before anybody watched. */
async function findAgents({ recognised, guard }: Enforcer, log: Logger): Promise<void> {
  try {
    await recognised.sweep();
    await recognised.labelRunning();
  } catch (error) {
    log.error(error, 'agents that run already could not all be found');
  }
  guard.side.earlier.admitNobody();
}

function currentDiagnosis(places: Places, guard: Guard | null, enforcer: Enforcer | null): Diagnosis {
  const diagnosis = diagnose(places.selfTestObject);
  if (!guard) return diagnosis;
  const skipped = skippedCallsCheck(guard.side.statistics());
  return {
    ...diagnosis,
    state: skipped.ok ? diagnosis.state : 'not-enforcing',
    checks: [
      ...diagnosis.checks,
      skipped,
      lostAnswersNote(guard.side.counters().answersLost),
      lostRecognitionsNote(guard.side.counters().recognitionsLost),
    ],
    weakened: weakenings(enforcer?.modes.list() ?? NO_MODES).map(weakeningInWords),
    ...(enforcer?.everyone ? { everyone: enforcer.everyone.state() } : {}),
  };
}

function statusLine(enforcement: Enforcement): string {
  return enforcement.state === 'enforcing' ? 'Enforcing.' : `NOT ENFORCING: ${enforcement.reason}`;
}

async function serve(places: Places, log: Logger): Promise<void> {
  const startedAt = new Date().toISOString();
  const manager = serviceManager((message) => log.error({ message }, 'service manager'));
  guardSelf(places.pins);
  const audit = await openEvidence(places, log);
  const { guard, enforcement } = startGuard(places, log);
  const listeners = new Set<(happened: HelperEvent) => void>();
  const worker = manifestWorker();
  const tell = (happened: HelperEvent) => {
    for (const hear of listeners) hear(happened);
  };
  const answering = peerAnswering({
    desktops: places.desktops,
    labelOf: (pid) => enforcer?.sessions.labelOf(pid) ?? null,
    lives: stillLives,
  });
  const enforcer: Enforcer | null =
    guard && enforce(guard, { audit, worker, places, answering, tell, log, everyoneKernel: everyoneIn(places, audit) });
  const offered = services(
    {
      helperVersion: packageData.version,
      startedAt,
      audit,
      enforcement,
      enforcer,
      answering,
      diagnose: () => currentDiagnosis(places, guard, enforcer),
    },
    listeners,
  );
  if (enforcer) await takeOver(enforcer, log);
  const stopAnswering = enforcer ? answerQuestions(enforcer, { listeners, places, log }) : () => {};
  if (guard) await audit.attachKernel(EVENT_SOURCE, { pinDirectory: places.pins });
  if (enforcer) await findAgents(enforcer, log);
  const identify = identifyPeer(enforcer?.sessions ?? null);
  const report = incidentLog(log);
  const started = await startControlServer({
    socketPath: places.socket,
    services: offered,
    identifyPeer: identify,
    report,
  });
  if (!started.ok) {
    await audit.close(started.error.message);
    throw new Error(`${started.error.message}. ${started.error.remedy}`);
  }
  const why = await startWhyServer({
    socketPath: places.whySocket,
    identifyPeer: identify,
    refusals: (session, limit) => refusalsOf(audit, session, limit),
    report,
  });
  // agents do without: what they are refused does not depend on being told why
  if (!why.ok) log.error(why.error, 'agents cannot ask why they were refused');
  log.info({ socket: places.socket }, 'listening');
  const stopKeeping = enforcer ? keepUp(enforcer, log) : () => {};
  // comparable with what the service manager notes of other units
  if (enforcer) log.info({ monotonicUs: Number(process.hrtime.bigint() / 1000n) }, 'rules are in force');
  manager.ready(statusLine(enforcement));
  untilSignal(async (signal) => {
    manager.stopping();
    stopKeeping();
    stopAnswering();
    worker.close();
    guard?.close();
    if (why.ok) await why.value.close();
    await stop(started.value, audit, signal, log);
  });
}

/** Enforcement stays: the programs are pinned, and the next start takes them over. */
async function stop(server: ControlServer, audit: AuditLog, signal: string, log: Logger): Promise<void> {
  await server.close();
  await audit.close(signal);
  log.info({ signal }, 'stopped; what the kernel enforces stays in force');
  process.exit(0);
}

function untilSignal(react: (signal: string) => Promise<void>): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void react(signal));
}

const { values } = parseArgs({
  options: {
    'self-test': { type: 'boolean' },
    json: { type: 'boolean' },
    off: { type: 'boolean' },
    in: { type: 'string' },
    version: { type: 'boolean' },
    help: { type: 'boolean' },
  },
});
const places = values.in === undefined ? INSTALLED_PLACES : placesIn(values.in);
const log = pino({ name: 'ringfenced' }, pino.destination({ dest: 2, sync: true }));
if (values.help) {
  console.log(HELP);
} else if (values.version) {
  console.log(packageData.version);
} else if (values['self-test']) {
  const diagnosis = diagnose(places.selfTestObject);
  console.log(values.json ? JSON.stringify(diagnosis) : describe(diagnosis));
  process.exitCode = diagnosis.state === 'enforcing' ? 0 : 1;
} else if (process.getuid?.() !== 0) {
  console.error('ringfenced must run as root.');
  process.exitCode = 1;
} else if (values.off) {
  takeDown(places.pins);
  console.log('NOT ENFORCING: every program of Ringfence has been removed from the kernel.');
} else {
  await serve(places, log);
}
