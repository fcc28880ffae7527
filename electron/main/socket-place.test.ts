import { expect, test } from 'vitest';
import { distrustPlace, socketPlace } from './socket-place.ts';

const MACHINE = { path: '/run/ringfence/control.sock', ofMachine: true };

function places(known: Record<string, { uid: number; mode: number }>) {
  return (path: string) => known[path];
}

test('the installed copy speaks to the machine’s guard, whatever the environment says', () => {
  expect(socketPlace({ RINGFENCE_SOCKET: '/tmp/x.sock' }, true)).toEqual(MACHINE);
  expect(socketPlace({ RINGFENCE_SOCKET: '/tmp/x.sock' }, false)).toEqual({ path: '/tmp/x.sock', ofMachine: false });
  expect(socketPlace({}, false)).toEqual(MACHINE);
});

test('what lies there has to be root’s', () => {
  const folder = { uid: 0, mode: 0o40755 };
  const socket = { uid: 0, mode: 0o140666 };
  const at = (known: Record<string, { uid: number; mode: number }>) => distrustPlace(MACHINE, places(known));
  expect(at({})).toBeNull();
  expect(at({ '/run/ringfence': folder })).toBeNull();
  expect(at({ '/run/ringfence': folder, '/run/ringfence/control.sock': socket })).toBeNull();
  expect(at({ '/run/ringfence': { ...folder, uid: 1000 } })).toContain('/run/ringfence does not belong to root');
  expect(at({ '/run/ringfence': { ...folder, mode: 0o40777 } })).toContain('can be changed');
  expect(at({ '/run/ringfence': folder, '/run/ringfence/control.sock': { ...socket, uid: 1000 } })).toContain(
    'control.sock',
  );
});
