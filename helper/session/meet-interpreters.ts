/** Interpreters that a user has brought along, such as a Node in the home: known for as long as the helper's programs are in force. */
import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Interpreters } from '../kernel/interpreters.ts';
import { below, withOpenFolder } from './open-folder.ts';
import { mayRead, type Reader } from './reach.ts';

const OPEN = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** `paths`: without links at their end. What the reader could not read is passed over. */
export function meetInterpreters(interpreters: Interpreters, paths: readonly string[], reader: Reader): void {
  for (const path of paths) {
    withOpenFolder(dirname(path), reader, (folder) => {
      let file: number;
      try {
        file = openSync(below(folder, basename(path)), OPEN);
      } catch {
        return;
      }
      try {
        const stat = fstatSync(file);
        if (stat.isFile() && mayRead(stat, reader)) interpreters.add(file, basename(path));
      } finally {
        closeSync(file);
      }
    });
  }
}
