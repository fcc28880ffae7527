import { homedir } from 'node:os';
import type { HelperClient } from '../../client/index.ts';
import type { Result } from '../../core/result.ts';
import { type HeldChild, type LaunchError, spawn } from '../../native/launch/index.ts';
import { EXIT } from '../exit-code.ts';
import { complainOfCall, type HelperOptions, openHelper } from '../helper-connection.ts';
import { INSIDE, withoutShims } from '../shim/shims.ts';
import { complainOf, type Terminal } from '../terminal/terminal.ts';
import { visible } from '../terminal/visible.ts';
import { findProgram } from './find-program.ts';
import { type NotificationBus, openNotificationBus } from './notifications.ts';
import { interpretersLeftOut, ownInterpreters } from './own-interpreters.ts';
import { type Preparation, prepare } from './preparation.ts';
import { proxyVariables } from './proxy-variables.ts';
import { type ManifestFile, type Problem, readManifest } from './read-manifest.ts';
import { giveBack } from './set-aside.ts';
import { shownCommand } from './shown-command.ts';
import { type SkillOptions, type WantedSkills, wantedSkills } from './skills.ts';
import { starterManifest } from './starter-manifest.ts';
import { exitCodeOf, stayParent } from './stay-parent.ts';
import { makeUsualFolders } from './usual-folders.ts';
import { shownWorkspace, workspaceOf } from './workspace.ts';

export type RunOptions = HelperOptions & SkillOptions & { readonly manifest?: string; readonly audit?: boolean };

/** Runs a command under a manifest. When anything fails before it is bound, the command does not run. */
export async function run(command: readonly string[], options: RunOptions, terminal: Terminal): Promise<number> {
  const [name = ''] = command;
  giveBack(process.env);
  makeUsualFolders(homedir());
  process.env[INSIDE] = '1';
  if (process.env.PATH !== undefined) process.env.PATH = withoutShims(process.env.PATH);
  const program = findProgram(name, process.env);
  if (!program.ok) return noProgram(name, program.error, terminal);
  const skills = wantedSkills(options, workspaceOf(process.cwd(), homedir()));
  if (!skills.ok) {
    complainOf(terminal, visible(skills.error.message), skills.error.remedy);
    return EXIT.notRun;
  }
  const named = options.manifest === undefined ? null : readManifest(options.manifest);
  if (named !== null && !named.ok) return noManifest(named.error, terminal);
  const client = await openHelper(options, terminal);
  if (client === null) return EXIT.notRun;
  const manifest = named ?? (await installedStarter(command, client, terminal));
  if (manifest === null || !manifest.ok) {
    client.close();
    return manifest === null ? EXIT.notRun : noManifest(manifest.error, terminal);
  }
  const needs = prepare(manifest.value.bytes);
  tellSteering(needs.steering, terminal);
  const proxy = needs.wantsProxy ? await reserveProxy(client, terminal) : null;
  if (proxy === 'none') return EXIT.notRun;
  const bus = needs.notifies ? await openBus(terminal) : null;
  try {
    const onBus = bus === null ? {} : { DBUS_SESSION_BUS_ADDRESS: bus.address };
    const child = hold(program.value, command, { ...needs.environment, ...proxy?.variables, ...onBus }, terminal);
    if (child === null) return EXIT.notRun;
    const proxyPort = proxy?.port ?? null;
    const audit = options.audit === true;
    const start = { manifest: manifest.value, skills: skills.value, needs, proxyPort, command, audit };
    return await runAsParent(child, client, start, terminal);
  } finally {
    bus?.end();
  }
}

/** Null: there is none, and that was said. */
async function installedStarter(
  command: readonly string[],
  client: HelperClient,
  terminal: Terminal,
): Promise<Result<ManifestFile, Problem> | null> {
  const path = await starterManifest(command, client, terminal);
  return path === null ? null : readManifest(path);
}

function noManifest({ message, remedy }: Problem, terminal: Terminal): number {
  complainOf(terminal, visible(message), remedy);
  return EXIT.notRun;
}

async function runAsParent(child: HeldChild, client: HelperClient, start: Start, terminal: Terminal): Promise<number> {
  const release = stayParent(child);
  try {
    return await runHeld(child, client, start, terminal);
  } finally {
    release();
  }
}

type Proxy = { readonly port: number; readonly variables: Readonly<Record<string, string>> };

async function reserveProxy(client: HelperClient, terminal: Terminal): Promise<Proxy | 'none'> {
  const reserved = await client.call('session.reserveProxy', {});
  if (reserved.ok) return { port: reserved.value.port, variables: proxyVariables(reserved.value.url) };
  complainOfCall(terminal, reserved.error, 'the manifest wants a proxy');
  client.close();
  return 'none';
}

/** Said once, as a program that misses one of them does not say so. */
function tellSteering(names: readonly string[], terminal: Terminal): void {
  if (names.length === 0) return;
  const which = `${visible(names.join(', '))}: the environment can make programs run other code`;
  terminal.complain(`${terminal.paintComplaint.warn('ringfence: not passed on:')} ${which}`);
  terminal.complain('    What the agent needs of it is to be named in permissions.env.pass of the manifest.');
}

/** Said where `$WORKSPACE` is another folder than the one that the agent seems to be started in. */
function tellWorkspace(terminal: Terminal): void {
  const shown = shownWorkspace(process.cwd(), process.env, homedir());
  if (shown !== null) terminal.complain(`${terminal.paintComplaint.warn('ringfence:')} ${visible(shown)}`);
}

/** Without one the agent runs all the same: it only shows nothing. */
async function openBus(terminal: Terminal): Promise<NotificationBus | null> {
  const runtime = `/run/user/${process.getuid?.()}`;
  const bus = await openNotificationBus(runtime, process.env.DBUS_SESSION_BUS_ADDRESS);
  if (bus.ok) return bus.value;
  terminal.complain(`${terminal.paintComplaint.warn('ringfence: warning:')} no notifications: ${visible(bus.error)}`);
  return null;
}

function noProgram(name: string, problem: 'not-found' | 'not-executable', terminal: Terminal): number {
  if (problem === 'not-found') {
    complainOf(terminal, `${visible(name)}: command not found`);
    return EXIT.notFound;
  }
  complainOf(terminal, `${visible(name)}: is not executable`);
  return EXIT.notExecutable;
}

function hold(
  file: string,
  command: readonly string[],
  env: Preparation['environment'],
  terminal: Terminal,
): HeldChild | null {
  const child = spawn({ file, argv: command, env, cwd: process.cwd() });
  if (child.ok) return child.value;
  complainOf(terminal, `cannot start a process: ${child.error.message}`, 'End other processes, then try again.');
  return null;
}

type Start = {
  readonly manifest: ManifestFile;
  readonly skills: WantedSkills;
  readonly needs: Preparation;
  readonly proxyPort: number | null;
  readonly command: readonly string[];
  readonly audit: boolean;
};

async function runHeld(child: HeldChild, client: HelperClient, start: Start, terminal: Terminal): Promise<number> {
  const bound = await bind(child, client, start, terminal);
  client.close();
  if (!bound) {
    child.abort();
    await child.exited;
    return EXIT.notRun;
  }
  const started = await child.release();
  if (!started.ok) return notStarted(started.error, start.command[0] ?? '', terminal);
  return exitCodeOf(await child.exited);
}

async function bind(
  child: HeldChild,
  client: HelperClient,
  { manifest, skills: { skills, warnings }, needs, proxyPort, command, audit }: Start,
  terminal: Terminal,
): Promise<boolean> {
  const temporary = process.env.TMPDIR ?? '';
  const interpreters = skills.length > 0 ? ownInterpreters(process.env.PATH ?? '') : null;
  const prepared = await client.call('session.prepare', {
    manifestPath: manifest.path,
    manifest: Buffer.from(manifest.bytes).toString('base64'),
    workingDirectory: process.cwd(),
    ...(temporary.startsWith('/') ? { temporaryDirectory: temporary } : {}),
    command: shownCommand(command),
    pid: child.pid,
    ...(needs.programs.length > 0 ? { programs: [...needs.programs] } : {}),
    ...(Object.keys(needs.symbols).length > 0 ? { symbols: needs.symbols } : {}),
    ...(proxyPort === null ? {} : { proxyPort }),
    ...(audit ? { audit } : {}),
    ...(interpreters === null ? {} : { skills, interpreters: [...interpreters.kept] }),
  });
  if (!prepared.ok) {
    complainOfCall(terminal, prepared.error, visible(manifest.path));
    terminal.complain(`    The command was not run.`);
    return false;
  }
  tellWorkspace(terminal);
  const leftOut = interpretersLeftOut(interpreters?.leftOut ?? []);
  for (const warning of [...prepared.value.warnings, ...warnings, ...leftOut]) {
    terminal.complain(`${terminal.paintComplaint.warn('ringfence: warning:')} ${visible(warning)}`);
  }
  return true;
}

function notStarted(error: LaunchError, name: string, terminal: Terminal): number {
  if (error.code === 'EPERM') {
    const remedy = `Add the program to permissions.exec of the manifest and sign it again.`;
    complainOf(terminal, `the manifest does not let ${visible(name)} be executed`, remedy);
    return EXIT.notExecutable;
  }
  complainOf(terminal, `${visible(name)}: ${error.message} (${error.syscall})`);
  return error.code === 'ENOENT' ? EXIT.notFound : EXIT.notExecutable;
}
