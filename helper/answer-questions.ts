/** Keeps what waits in the kernel going: questions, answers of name servers, the helper's pulse, and the watchdog over it. */
import type { Logger } from 'pino';
import type { HelperEvent } from '../core/protocol/events.ts';
import type { Enforcer } from './enforce.ts';
import { sessionNumber } from './kernel/labels.ts';
import type { Places } from './places.ts';
import { startWatchdog } from './watchdog/watchdog.ts';

/** Well within the kernel's patience of three seconds. */
const BEAT_MS = 500;
/** Half of that patience: told in the log before calls are refused for it. */
const LATE_MS = 1500;
const SWEEP_MS = 100;

export interface AnswerOptions {
  readonly listeners: Set<(happened: HelperEvent) => void>;
  readonly places: Places;
  readonly log: Logger;
}

/** Returns the way to stop. */
export function answerQuestions(enforcer: Enforcer, { listeners, places, log }: AnswerOptions): () => void {
  const { approvals, held, sessions, recognised, learner } = enforcer;
  // whatever an earlier helper allowed ends before this one shows that it lives
  approvals.recover();
  held.beat();
  for (const session of [...sessions.all(), ...recognised.all()]) approvals.sessionBegan(session);
  const follow = (happened: HelperEvent) => followSession(enforcer, happened);
  listeners.add(follow);
  learner.begin();
  const deaf = held.listen((happened) => approvals.hear(happened));
  let last = performance.now();
  const beating = setInterval(() => {
    held.beat();
    const ms = Math.round(performance.now() - last);
    last += ms;
    if (ms > LATE_MS) log.warn({ ms }, 'something kept questions waiting');
  }, BEAT_MS);
  const sweeping = setInterval(() => approvals.sweep(), SWEEP_MS);
  const onTrouble = (message: string) => log.error({ message }, 'watchdog');
  const watchdog = startWatchdog({ program: places.watchdog, pinDirectory: places.pins, onTrouble });
  return () => {
    clearInterval(beating);
    clearInterval(sweeping);
    listeners.delete(follow);
    deaf();
    learner.end();
    watchdog.stop();
  };
}

function followSession({ approvals, sessions, recognised }: Enforcer, happened: HelperEvent): void {
  if (
    happened.event !== 'session.started' &&
    happened.event !== 'session.changed' &&
    happened.event !== 'session.ended'
  ) {
    return;
  }
  const number = sessionNumber(happened.data.id);
  if (number === null) return;
  if (happened.event === 'session.ended') approvals.sessionEnded(number);
  else if (happened.event === 'session.changed') {
    approvals.modeChanged(number);
    if (happened.data.trust === 'dropped') approvals.trustDropped(number);
    for (const { skillId, trust } of happened.data.skills ?? [])
      if (trust === 'dropped') approvals.skillDropped(number, skillId);
  } else {
    const session = sessions.facts(number) ?? recognised.facts(number);
    if (session) approvals.sessionBegan(session);
  }
}
