import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { installLocked } from '../../../build/locked-install.ts';
import { manifestSchema, type Permissions } from '../../../core/manifest/index.ts';
import starter from './starter.json' with { type: 'json' };

const CHECKOUT = join(import.meta.dirname, '..', '..', '..');
const INSTALLED = join(CHECKOUT, '.cache', 'agents', 'pi');
const PACKAGE = 'node_modules/@mariozechner/pi-coding-agent';

/** Where pi stands in the guest: on its own disk, as a user's install, since loading it opens 1,600 files. */
export const PI_FOLDER = '/home/dev/.local/lib/pi';
/** The program to give to Node, by the name that its users know it by. */
export const PI_PROGRAM = join(PI_FOLDER, 'node_modules/.bin/pi');

/** Two thirds of the files serve only compilers and debuggers. */
const NEVER_LOADED = ['(', '-name', '*.map', '-o', '-name', '*.d.ts', '-o', '-name', '*.d.?ts', ')', '-type', 'f'];

export type InstalledAgent = { folder: string; name: 'pi'; version: string };

/** Installs pi with its own lock file if that has not been done. Throws with npm's message. */
export async function installPi(onProgress: (line: string) => void): Promise<InstalledAgent> {
  await installLocked({
    source: import.meta.dirname,
    target: INSTALLED,
    onBegin: () => onProgress('installing the agent pi (once, about 200 MB) …'),
    onInstalled: () => promisify(execFile)('find', ['node_modules', ...NEVER_LOADED, '-delete'], { cwd: INSTALLED }),
  });
  const manifest: unknown = JSON.parse(readFileSync(join(INSTALLED, PACKAGE, 'package.json'), 'utf8'));
  return { folder: INSTALLED, name: 'pi', version: z.looseObject({ version: z.string() }).parse(manifest).version };
}

/** What pi itself needs, with the folder, the Node that runs it and its model's `address:port` filled in. */
export function piPermissions(model: string, node: string): Permissions {
  const values: Record<string, string> = { $AGENT: PI_FOLDER, $MODEL: model, $NODE: node };
  const filled = JSON.stringify(starter.permissions).replace(
    /\$(AGENT|MODEL|NODE)\b/g,
    (symbol) => values[symbol] ?? symbol,
  );
  return manifestSchema.shape.permissions.parse(JSON.parse(filled));
}

/** The command that gives pi one task, of which it keeps nothing; it has no approvals of its own. */
export function piCommand(node: string, task: string): string[] {
  return [node, PI_PROGRAM, '--provider', 'scripted', '--model', 'scripted', '--no-session', '-p', task];
}
