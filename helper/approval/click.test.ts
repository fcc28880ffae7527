import { describe, expect, test } from 'vitest';
import type { ProcessStamp } from '../control/peer.ts';
import { type CallerIdentity, type CallerStart, type InstalledProgram, whyNotAsMeant, whyNotTheApp } from './click.ts';

const UID = 1000;
const PATH = '/opt/ringfence/desktop/ringfence-desktop';
const APP: InstalledProgram = { path: PATH, device: 2049n, inode: 77n };
const OTHER = { device: 2049n, inode: 78n };
const GENUINE: CallerIdentity = {
  startTicks: '4711',
  executable: { device: 2049n, inode: 77n },
  executablePath: PATH,
  uids: [UID, UID, UID, UID],
  tracerPid: 0,
  seesTheHost: true,
};
const CONNECTED: ProcessStamp = { startTicks: '4711', executable: GENUINE.executable };

const why = (change: Partial<CallerIdentity>, atConnect: ProcessStamp | null = CONNECTED, installed = [APP]) =>
  whyNotTheApp({ ...GENUINE, ...change }, { uid: UID, atConnect }, installed);

describe('the kernel’s word', () => {
  test('fits the installed app', () => expect(why({})).toBeNull());

  test.each<[string, Partial<CallerIdentity>, RegExp]>([
    ['another program of the same name', { executable: OTHER }, /not run the installed app/],
    ['a copy in a home', { executable: OTHER, executablePath: '/home/dev/ringfence-desktop' }, /not run the installed/],
    ['another file system’s inode of that number', { executable: { device: 3n, inode: 77n } }, /not run the installed/],
    ['an executable that was replaced', { executable: OTHER, executablePath: `${PATH} (deleted)` }, /not run the inst/],
    [
      'a hard link to the app, beside files of another',
      { executablePath: '/home/dev/x/ringfence-desktop' },
      /another name/,
    ],
    ['the app with another resources folder mounted over its own', { seesTheHost: false }, /mounts/],
    ['one that is traced', { tracerPid: 4242 }, /process 4242 traces it/],
    ['one that can become root', { uids: [UID, UID, 0, UID] }, /more than one user/],
    ['one of another user', { uids: [1001, 1001, 1001, 1001] }, /more than one user/],
    ['one whose users cannot be read', { uids: [] }, /more than one user/],
    ['a later process of the same number', { startTicks: '4712' }, /not the process that connected/],
    ['one that does not say what it runs', { executable: null }, /not run the installed/],
  ])('is against %s', (_who, change, reason) => expect(why(change)).toMatch(reason));

  test('is against one that became the app after it had connected', () => {
    expect(why({}, { startTicks: '4711', executable: OTHER })).toMatch(/became the app/);
    expect(why({}, { startTicks: '4711', executable: null })).toMatch(/became the app/);
    expect(why({}, null)).toMatch(/not the process/);
  });

  test('is against everyone where no app is installed', () => expect(why({}, CONNECTED, [])).toMatch(/not run/));
});

const started = (change: Partial<CallerStart>) =>
  whyNotAsMeant({ words: [PATH, '--hidden'], environment: ['HOME=/home/dev', 'LANG=C'], ...change });

describe('what it was started with', () => {
  test.each([
    [[PATH]],
    [[PATH, '--hidden', '--lang=de', '--ozone-platform-hint=auto', '--force-device-scale-factor=2']],
    [[PATH, '--user-data-dir=/home/dev/.config/Ringfence', 'ringfence://inspect']],
  ])('is as meant: %j', (words) => expect(started({ words })).toBeNull());

  test.each([
    ...['--inspect', '--inspect=9229', '--inspect-brk', '--inspect-port=0', '-inspect', '--INSPECT', '--inspect_brk=0'],
    ...['--debug', '--debug-port=5858', '--remote-debugging-port=9222', '--remote-debugging-pipe'],
    ...['--remote-allow-origins=*', '--no-sandbox', '--no-zygote-sandbox', '--disable-setuid-sandbox'],
    ...['--disable-gpu-sandbox', '--disable-seccomp-filter-sandbox', '--no-zygote', '--single-process'],
    ...[
      '--load-extension=/tmp/x',
      '--disable-extensions-except=/tmp/x',
      '--js-flags=--expose-gc',
      '-r',
      '--require=/tmp/x',
    ],
    ...[' --renderer-cmd-prefix=gdb', '\t-no-sandbox'],
    ...['--renderer-cmd-prefix=gdb', '--utility-cmd-prefix=x', '--gpu-launcher=x', '--browser-subprocess-path=/tmp/x'],
    ...[
      '--type=renderer',
      '--type=utility',
      '--headless',
      '--headless=new',
      '--ozone-platform=headless',
      '--enable-automation',
    ],
  ])('is not, with %s', (word) => expect(started({ words: [PATH, '--hidden', word] })).toContain(JSON.stringify(word)));

  test.each([
    ...['LD_PRELOAD=/tmp/x.so', 'LD_LIBRARY_PATH=/tmp', 'LD_AUDIT=/tmp/x.so', 'LD_PRELOAD='],
    ...['NODE_OPTIONS=--inspect', 'NODE_PATH=/tmp', 'ELECTRON_RUN_AS_NODE=1', 'ELECTRON_OVERRIDE_DIST_PATH=/tmp'],
    ...['GTK_MODULES=gail:/tmp/x.so', 'GTK3_MODULES=/tmp/x.so', 'GTK_PATH=/tmp', 'GIO_EXTRA_MODULES=/tmp'],
    ...['GDK_PIXBUF_MODULE_FILE=/tmp/x', 'GCONV_PATH=/tmp', 'LIBGL_DRIVERS_PATH=/tmp', 'VK_ICD_FILENAMES=/tmp/x'],
  ])('is not, with %s', (variable) => {
    const name = variable.split('=')[0] ?? '';
    expect(started({ environment: ['HOME=/home/dev', variable] })).toContain(name);
  });

  test('may have what desktops set', () => {
    const environment = [
      'GTK_MODULES=gail:atk-bridge',
      'ELECTRON_OZONE_PLATFORM_HINT=auto',
      'NODE_ENV=x',
      'OLD_PATH=/x',
    ];
    expect(started({ environment })).toBeNull();
  });

  test('has to be there', () => expect(started({ words: [] })).toMatch(/does not say/));
});
