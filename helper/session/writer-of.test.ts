import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writerOf } from './writer-of.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'writer-of-'));
  file = join(folder, 'file');
  writeFileSync(file, '');
});

afterEach(() => rmSync(folder, { recursive: true }));

const writer = () => writerOf(statSync(file, { bigint: true }));

it('finds who has a file open for writing, and nobody who only reads it', () => {
  const reading = openSync(file, 'r');
  expect(writer()).toBeNull();
  const writing = openSync(file, 'r+');
  expect(writer()?.pid).toBe(process.pid);
  closeSync(writing);
  closeSync(reading);
  expect(writer()).toBeNull();
});

it('finds who has it mapped so that it can be written', () => {
  const { dev, ino } = statSync(file, { bigint: true });
  const map = (permissions: string) => `7f00-7f01 ${permissions} 00000000 08:01 ${ino}    ${file}\n`;
  const proc = (text: string) => {
    rmSync(join(folder, 'proc'), { recursive: true, force: true });
    writeFileSync(place(join(folder, 'proc/42'), 'maps'), text);
    writeFileSync(place(join(folder, 'proc/42'), 'comm'), 'mapper\n');
    return writerOf({ dev, ino }, join(folder, 'proc'));
  };
  expect(proc(map('rw-s'))).toEqual({ pid: 42, name: 'mapper' });
  expect(proc(map('r--s'))).toBeNull();
  expect(proc(map('rw-p'))).toBeNull();
});

function place(directory: string, name: string): string {
  mkdirSync(directory, { recursive: true });
  return join(directory, name);
}
