import { expect, test } from 'vitest';
import { type Files, INSTALLED_EXECUTABLE, whyNotInstalled } from './installation.ts';

function files(
  changed: Record<string, { uid?: number; mode?: number }> = {},
  links: Record<string, string> = {},
): Files {
  return {
    realpath: (path) => links[path] ?? path,
    stat: (path) => ({ uid: 0, mode: 0o40755, ...changed[path] }),
  };
}

test('root’s own, all the way up', () => {
  expect(whyNotInstalled(INSTALLED_EXECUTABLE, files())).toBeNull();
});

test('a copy elsewhere, and a link to one', () => {
  expect(whyNotInstalled('/home/dev/ringfence-desktop', files())).toContain('/home/dev');
  const linked = files({}, { [INSTALLED_EXECUTABLE]: '/home/dev/x/ringfence-desktop' });
  expect(whyNotInstalled(INSTALLED_EXECUTABLE, linked)).toContain('/home/dev/x');
});

test.each(['/opt', '/opt/ringfence', '/opt/ringfence/desktop', INSTALLED_EXECUTABLE, '/'])(
  '%s is not root’s alone',
  (place) => {
    expect(whyNotInstalled(INSTALLED_EXECUTABLE, files({ [place]: { uid: 1000 } }))).toContain(place);
    expect(whyNotInstalled(INSTALLED_EXECUTABLE, files({ [place]: { mode: 0o40775 } }))).toContain(place);
    expect(whyNotInstalled(INSTALLED_EXECUTABLE, files({ [place]: { mode: 0o40757 } }))).toContain(place);
  },
);

test('what cannot be examined is not installed', () => {
  expect(whyNotInstalled('/nowhere/at/all')).toContain('cannot be examined');
});
