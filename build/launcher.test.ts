import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { giveBack } from '../cli/run/set-aside.ts';
import { loadLocations } from '../core/policy/locations.ts';
import { desktopLauncherText, launcherText } from './launcher.ts';

const folder = mkdtempSync(join(tmpdir(), 'ringfence launcher-'));
afterAll(() => rmSync(folder, { recursive: true }));
const script = join(folder, 'script.mjs');
const launcher = join(folder, 'launcher');
const mark = join(folder, 'mark');
const planted = join(folder, 'planted.cjs');
writeFileSync(script, 'console.log(JSON.stringify([process.env, process.argv.slice(2)]))');
writeFileSync(planted, `require('node:fs').writeFileSync(${JSON.stringify(mark)}, '')`);
writeFileSync(launcher, launcherText(`'${process.execPath}'`, `'${script}'`), { mode: 0o755 });

test('what steers Node does not steer the program, and is there to be given back as it was', () => {
  const steering = { NODE_OPTIONS: `--require "${planted}"`, NODE_COMPILE_CACHE: '/a "b" $c `d`', NODE_PATH: '' };
  const env = { PATH: process.env.PATH, ...steering };
  // control
  execFileSync(process.execPath, [script], { env });
  expect(existsSync(mark)).toBe(true);
  rmSync(mark);
  const said = execFileSync(launcher, ['one', 'two words', ''], { env, encoding: 'utf8' });
  expect(existsSync(mark)).toBe(false);
  const [environment, words] = JSON.parse(said);
  expect(words).toEqual(['one', 'two words', '']);
  expect(environment).not.toHaveProperty('NODE_OPTIONS');
  giveBack(environment);
  expect(environment).toMatchObject(steering);
  expect(Object.keys(environment).filter((name) => name.startsWith('RINGFENCE'))).toEqual([]);
});

test('what is not set stays unset', () => {
  const said = execFileSync(launcher, { env: { PATH: process.env.PATH }, encoding: 'utf8' });
  expect(said).not.toMatch(/NODE_|RINGFENCE/);
});

test('the desktop app keeps temporary files where no agent gets to', () => {
  const home = join(folder, 'home');
  const app = join(folder, 'app');
  writeFileSync(app, desktopLauncherText(`'${process.execPath}' '${script}'`), { mode: 0o755 });
  const env = { PATH: process.env.PATH, HOME: home, TMPDIR: '/tmp' };
  const [environment, words] = JSON.parse(execFileSync(app, ['--background'], { env, encoding: 'utf8' }));
  expect(environment.TMPDIR).toBe(join(home, '.config/Ringfence/tmp'));
  expect(words).toEqual(['--disable-dev-shm-usage', '--background']);
  expect(statSync(environment.TMPDIR).mode & 0o777).toBe(0o700);
  expect(loadLocations(home).find(({ name }) => name === 'desktop-app')?.path).toBe(join(home, '.config/Ringfence'));
});
