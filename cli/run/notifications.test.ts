import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type NotificationBus, openNotificationBus } from './notifications.ts';

const runtime = mkdtempSync(join(tmpdir(), 'ringfence-bus-test-'));
const address = `unix:path=${join(runtime, 'bus')}`;
const NAME = 'org.freedesktop.Notifications';
const OBJECT = '/org/freedesktop/Notifications';
let daemon: ChildProcess;
let desktop: ChildProcess;

function send(bus: string, destination: string, object: string, method: string): string {
  const words = ['--session', '--print-reply', '--reply-timeout=5000', `--dest=${destination}`, object, method];
  const { stdout, stderr } = spawnSync('dbus-send', words, {
    encoding: 'utf8',
    timeout: 10_000,
    env: { DBUS_SESSION_BUS_ADDRESS: bus, PATH: process.env.PATH },
  });
  return stdout + stderr;
}

async function open(): Promise<NotificationBus> {
  const bus = await openNotificationBus(runtime, address);
  if (!bus.ok) throw new Error(bus.error);
  return bus.value;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

beforeAll(async () => {
  daemon = spawn('dbus-daemon', ['--session', '--nofork', '--nopidfile', `--address=${address}`], { stdio: 'ignore' });
  while (!existsSync(join(runtime, 'bus'))) await pause(20);
  // one program with all names, as the shell of a desktop is
  const script = join(import.meta.dirname, 'testing', 'desktop.py');
  desktop = spawn('python3', ['-I', script, join(runtime, 'bus'), NAME, 'org.gnome.Shell', 'org.freedesktop.secrets']);
  if (desktop.stdout) await once(desktop.stdout, 'data');
});
afterAll(() => {
  desktop.kill();
  daemon.kill();
  rmSync(runtime, { recursive: true, force: true });
});

describe('the bus for notifications', () => {
  it('passes on what shows a notification', async () => {
    const bus = await open();
    expect(send(address, NAME, OBJECT, `${NAME}.Notify`)).toContain('heard Notify');
    for (const method of ['Notify', 'CloseNotification', 'GetCapabilities', 'GetServerInformation'])
      expect(send(bus.address, NAME, OBJECT, `${NAME}.${method}`)).toContain(`heard ${method}`);
    bus.end();
  });

  it.each([
    ['another method of theirs', NAME, OBJECT, 'org.gnome.Shell.Eval'],
    ['another object of theirs', NAME, '/org/gnome/Shell', `${NAME}.Notify`],
    ['another name of theirs', 'org.gnome.Shell', '/org/gnome/Shell', 'org.gnome.Shell.Eval'],
    [
      'the keyring',
      'org.freedesktop.secrets',
      '/org/freedesktop/secrets',
      'org.freedesktop.Secret.Service.SearchItems',
    ],
  ])('does not pass on %s, which the bus itself does', async (_, destination, object, method) => {
    const bus = await open();
    expect(send(address, destination, object, method)).toContain('heard');
    expect(send(bus.address, destination, object, method)).toMatch(/Error org\.freedesktop\.DBus\.Error\./);
    bus.end();
  });

  it('does not pass on what goes to the number of who shows them', async () => {
    const bus = await open();
    const owner = execFileSync(
      'dbus-send',
      [
        '--session',
        '--print-reply=literal',
        '--dest=org.freedesktop.DBus',
        '/',
        'org.freedesktop.DBus.GetNameOwner',
        `string:${NAME}`,
      ],
      { encoding: 'utf8', env: { DBUS_SESSION_BUS_ADDRESS: address, PATH: process.env.PATH } },
    ).trim();
    expect(send(address, owner, '/org/gnome/Shell', 'org.gnome.Shell.Eval')).toContain('heard Eval');
    expect(send(bus.address, owner, '/org/gnome/Shell', 'org.gnome.Shell.Eval')).toMatch(/Error/);
    bus.end();
  });

  it('ends with whoever started it, and leaves nothing', async () => {
    const bus = await open();
    const path = bus.address.replace('unix:path=', '');
    const running = () => execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).includes(path);
    expect(running()).toBe(true);
    bus.end();
    for (const until = Date.now() + 5000; running() && Date.now() < until; ) await pause(50);
    expect(running()).toBe(false);
    expect(readdirSync(join(runtime, 'ringfence-bus'))).toEqual([]);
  });

  it('says so where no socket can be made', async () => {
    const bus = await openNotificationBus(join(runtime, 'no-such-place'), undefined);
    expect(bus.ok).toBe(false);
  });
});
