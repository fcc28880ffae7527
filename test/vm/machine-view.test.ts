import { expect, test } from 'vitest';
import { viewScript } from './machine-view.ts';

const lines = viewScript({ directory: '/v', shown: ['/a/b/file', '/a', '/usr'], hidden: ['/etc/shadow'] }, [
  '/s',
  'x y',
]).split('\n');
const calls = (name: string) =>
  lines.flatMap((line, position) => (line.startsWith(`${name} `) ? [{ line, position }] : []));
const positions = (name: string) => calls(name).map(({ position }) => position);

test('every place is made before anything of the machine can be written through', () => {
  expect(calls('place')).toHaveLength(3);
  expect(Math.max(...positions('place'))).toBeLessThan(Math.min(...positions('show')));
  const show = lines.indexOf('show() {');
  expect(lines.slice(show, lines.indexOf('}', show)).join('\n')).not.toMatch(/: >|mkdir|cp /);
});

test('a folder is shown before what lies below it', () => {
  expect(calls('show').map(({ line }) => line)).toEqual(["show '/a'", "show '/usr'", "show '/a/b/file'"]);
});

test('what is hidden is hidden last, then all is sealed, then the server runs', () => {
  expect(Math.max(...positions('show'))).toBeLessThan(Math.min(...positions('hide')));
  expect(lines.indexOf('seal')).toBeGreaterThan(Math.max(...positions('hide')));
  expect(lines.filter((line) => line !== '').at(-1)).toBe("exec '/s' 'x y'");
});
