/** What peers do wrong, for the operator: the first few each minute, then their number, so that nobody can fill the log. */
import type { Logger } from 'pino';
import type { Incident, Report } from './control/incident.ts';

const SHOWN_EACH_MINUTE = 30;
const MINUTE_MS = 60_000;

export function incidentLog(log: Pick<Logger, 'warn'>, now: () => number = Date.now): Report {
  let minuteStart = now();
  let count = 0;
  return ({ kind, detail, peer }: Incident) => {
    if (now() - minuteStart >= MINUTE_MS) {
      if (count > SHOWN_EACH_MINUTE) log.warn({ count: count - SHOWN_EACH_MINUTE }, 'further incidents were not shown');
      minuteStart = now();
      count = 0;
    }
    count += 1;
    if (count > SHOWN_EACH_MINUTE) return;
    log.warn({ kind, peer: peer && { pid: peer.pid, uid: peer.uid } }, detail);
  };
}
