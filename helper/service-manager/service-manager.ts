/** What systemd is told of the helper (sd_notify(3)): that rules are in force, that the event loop lives, that it ends. */
import { kernel } from '../../native/kernel/index.ts';

/** As the service manager has put it into the environment. */
export interface ServiceEnvironment {
  readonly NOTIFY_SOCKET?: string | undefined;
  /** Microseconds within which it wants a sign of life. */
  readonly WATCHDOG_USEC?: string | undefined;
  /** Whose signs it wants. */
  readonly WATCHDOG_PID?: string | undefined;
}

export interface ServiceManager {
  /** Who waits for the helper goes on now. From here on the event loop shows that it lives. */
  ready(status: string): void;
  stopping(): void;
}

/** Of the time within which a sign has to come: two may get lost. */
const SIGNS_A_PERIOD = 4;

/** Without a service manager every call does nothing. Only the first failure is told: whoever does not listen will not later. */
export function serviceManager(
  onTrouble: (message: string) => void,
  environment: ServiceEnvironment = process.env,
  notify: (address: string, state: string) => void = kernel.notifyServiceManager,
): ServiceManager {
  const address = environment.NOTIFY_SOCKET;
  let hasFailed = false;
  let living: NodeJS.Timeout | null = null;
  const tell = (state: string): void => {
    if (!address) return;
    try {
      notify(address, state);
    } catch (error) {
      if (!hasFailed) onTrouble(String(error));
      hasFailed = true;
    }
  };
  return {
    ready(status) {
      tell(`READY=1\nSTATUS=${status}`);
      const period = address ? watchdogMs(environment) : null;
      if (period !== null) living ??= setInterval(() => tell('WATCHDOG=1'), period / SIGNS_A_PERIOD);
    },
    stopping() {
      if (living) clearInterval(living);
      tell('STOPPING=1\nSTATUS=What the kernel enforces stays in force.');
    },
  };
}

function watchdogMs({ WATCHDOG_USEC, WATCHDOG_PID }: ServiceEnvironment): number | null {
  if (WATCHDOG_PID !== undefined && Number(WATCHDOG_PID) !== process.pid) return null;
  const period = Number(WATCHDOG_USEC) / 1000;
  return period > 0 ? period : null;
}
