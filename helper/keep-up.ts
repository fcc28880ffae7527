/** Keeps the kernel side in step with the machine: new mounts, other name servers, and what appears in protected places. */
import type { Logger } from 'pino';
import type { Enforcer } from './enforce.ts';
import { inTurns } from './in-turns.ts';
import { protectedHomes, readAccounts } from './session/accounts.ts';
import { readResolvers } from './session/resolvers.ts';

const MOUNT_CHECK_MS = 500;
const RESOLVER_CHECK_MS = 1000;
const MODE_CHECK_MS = 500;
const SETTLE_MS = 25;
/** Also reached when the kernel's own report of a session's end was lost. */
const SWEEP_MS = 5000;

/** Returns the way to stop. */
export function keepUp({ guard, sessions, recognised, modes, everyone }: Enforcer, log: Logger): () => void {
  // where the machine is slow, questions and the pulse wait for one of these and not for all
  const turns = inTurns((error) => log.error(error, 'a look at the machine failed'));
  const renew = () => {
    recognised.prepare().catch((error: unknown) => log.error(error, 'agents are recognised as the machine was'));
  };
  let settling: NodeJS.Timeout | null = null;
  const protect = () => {
    settling = null;
    guard.protect(protectedHomes(readAccounts()));
    guard.watch(changed);
  };
  const changed = () => {
    settling ??= setTimeout(protect, SETTLE_MS);
  };
  // what changed while no helper looked has to be noticed as well
  if (sessions.areBehind())
    sessions.recompile().catch((error: unknown) => log.error(error, 'policies keep what an earlier helper saw'));
  let resolvers = readResolvers().join();
  const checkResolvers = () => {
    const current = readResolvers().join();
    if (current === resolvers) return;
    resolvers = current;
    log.info({ resolvers }, 'name servers changed');
    sessions.recompile().catch((error: unknown) => log.error(error, 'policies keep their old name servers'));
  };
  const checkMounts = () => {
    // before the policies learn where the path leads now
    sessions.checkPlaces().catch((error: unknown) => log.error(error, 'evidence log'));
    if (!guard.mountsChanged()) return;
    protect();
    log.info({ filesystems: guard.mounts.length }, 'mounts changed');
    void turns.run([
      () => void sessions.recompile().catch((error: unknown) => log.error(error, 'policies keep their old mounts')),
      () => everyone?.renew(),
      renew,
    ]);
  };
  guard.watch(changed);
  const mounts = setInterval(checkMounts, MOUNT_CHECK_MS);
  const names = setInterval(checkResolvers, RESOLVER_CHECK_MS);
  const ends = setInterval(() => {
    modes.sweep();
    everyone?.sweep();
  }, MODE_CHECK_MS);
  const sweeps = [
    () => sessions.sweep(),
    () => void recognised.sweep().catch((error: unknown) => log.error(error, 'evidence log')),
    () => {
      const over = guard.side.earlier.sweep();
      if (over > 0) log.info({ over }, 'the last agents of an earlier build have ended');
    },
    // somebody may have got an account
    renew,
    () => everyone?.renew(),
    () => guard.programs.refresh(),
    () => {
      if (guard.skillFiles.inUse) guard.interpreters.refresh();
    },
  ];
  let isSweeping = false;
  const sweep = setInterval(async () => {
    if (isSweeping) return;
    isSweeping = true;
    await turns.run(sweeps);
    isSweeping = false;
  }, SWEEP_MS);
  return () => {
    turns.end();
    clearInterval(mounts);
    clearInterval(names);
    clearInterval(ends);
    clearInterval(sweep);
    if (settling) clearTimeout(settling);
    everyone?.close();
  };
}
