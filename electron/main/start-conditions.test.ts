import { describe, expect, test } from 'vitest';
import { refuseStart } from './start-conditions.ts';

const start = (words: string[], environment: Record<string, string> = {}, installed = true) =>
  refuseStart({ words, environment, installed });

test('as the tray’s autostart and a person start it', () => {
  expect(start([])).toBeNull();
  expect(start(['--disable-dev-shm-usage'], { TMPDIR: '/home/u/.config/Ringfence/tmp' })).toBeNull();
  expect(start(['--background', '--ozone-platform-hint=auto'], { DISPLAY: ':0', PATH: '/usr/bin' })).toBeNull();
});

const SWITCHES = [
  '--remote-debugging-port=0',
  '--remote-debugging-pipe',
  '--inspect',
  '--inspect=0',
  '--inspect-brk=9229',
  '--no-sandbox',
  '--disable-web-security',
  '--load-extension=/tmp/x',
  '--js-flags=--expose-gc',
  '--renderer-cmd-prefix=/tmp/x',
  '--gpu-launcher=/tmp/x',
  '--utility-cmd-prefix=/tmp/x',
  '--user-data-dir=/tmp/x',
  '--host-resolver-rules=MAP * 127.0.0.1',
  '--ozone-platform=headless',
  ' --renderer-cmd-prefix=/tmp/x',
  '\t--no-sandbox',
  '--background=x',
  '-r',
  '--',
];

describe('a switch that makes another program of it', () => {
  test.each(SWITCHES)('%s', (word) => {
    expect(start([word])).toContain(word);
    expect(start(['file.txt', word])).toContain(word);
  });
});

test('a copy that is not installed may be debugged as Playwright does, and no further', () => {
  expect(start(['--inspect=0', '--remote-debugging-port=0'], {}, false)).toBeNull();
  for (const word of ['--inspect=0.0.0.0:9229', '--remote-debugging-port=9222', '--no-sandbox']) {
    expect(start([word], {}, false)).toContain(word);
  }
});

test.each(['LD_PRELOAD', 'LD_AUDIT', 'LD_LIBRARY_PATH', 'NODE_OPTIONS', 'ELECTRON_RUN_AS_NODE'])('%s', (name) => {
  expect(start([], { [name]: 'x' })).toContain(name);
  expect(start([], { [name]: 'x' }, false)).toContain(name);
  expect(start([], { [name]: '' })).toBeNull();
});
