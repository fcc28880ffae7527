import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type ScriptedHelper, scriptedHelper } from '../../client/testing/scripted-helper.ts';
import { sampleEntry } from '../../core/protocol/testing/samples.ts';
import { registerManifestCommands } from './commands.ts';

const ALICE = 1000;
const SESSION = `session-${ALICE}`;
const root = mkdtempSync(join(tmpdir(), 'ringfence-from-audit-'));
let helper: ScriptedHelper;
let folders = 0;

beforeAll(async () => {
  const passed = { verdict: 'audit', would_be: 'block', reason: 'audit-mode', location: undefined };
  helper = await scriptedHelper({
    entries: [
      sampleEntry(1, ALICE, {
        ...{ kind: 'session.started', skill_id: 'generic', verdict: null, working_directory: join(root, 'project') },
      }),
      ...Array.from({ length: 450 }, (_, index) =>
        sampleEntry(2 + index, ALICE, { ...passed, path: join(root, `.crush/part-${index % 3}`) }),
      ),
      sampleEntry(452, ALICE, { ...passed, operation: 'exec', path: '/opt/crush/bin/crush' }),
      sampleEntry(453, ALICE),
    ],
  });
});
afterEach(() => {
  process.exitCode = 0;
});
afterAll(async () => {
  await helper.stop();
  rmSync(root, { recursive: true });
});

async function run(...words: string[]) {
  const lines: string[] = [];
  const complaints: string[] = [];
  const program = new Command().exitOverride().option('--socket <path>');
  registerManifestCommands(program, {
    home: root,
    trustedKeysDirectory: join(root, 'trusted'),
    trustedOwner: 0,
    print: (line) => lines.push(line),
    complain: (line) => complaints.push(line),
  });
  await program.parseAsync(['--socket', helper.socketPath, 'manifest', 'init', ...words], { from: 'user' });
  return { exit: process.exitCode, out: lines.join('\n'), complaints: complaints.join('\n') };
}

function folder(): string {
  folders += 1;
  const made = join(root, `crush-${folders}`);
  mkdirSync(made);
  return made;
}

test('what a session did beside the generic starter is added to it, all pages of it', async () => {
  const place = folder();
  const { exit, out, complaints } = await run('--from-audit', SESSION, place);
  expect(complaints).toContain('.ssh/id_rsa stays refused (location)');
  expect(exit).toBe(0);
  expect(out).toContain('granted filesystem.read: ~/.crush/** (seen 450 times)');
  expect(out).toContain('granted exec: /opt/crush/bin/crush');
  const manifest = JSON.parse(readFileSync(join(place, 'clawmanifest.json'), 'utf8'));
  expect(manifest.skill_id).toBe('crush-1');
  expect(manifest.permissions.filesystem.read).toEqual(expect.arrayContaining(['$WORKSPACE/**', '~/.crush/**']));
  expect(manifest.permissions.exec).toEqual(expect.arrayContaining(['/usr/bin/git', '/opt/crush/bin/crush']));
  expect(JSON.stringify(manifest)).not.toContain('id_rsa');
});

test('another starter can be named, and one that is none is told', async () => {
  const place = folder();
  expect((await run('--from-audit', SESSION, '--agent', 'codex', place)).exit).toBe(0);
  const manifest = JSON.parse(readFileSync(join(place, 'clawmanifest.json'), 'utf8'));
  expect(JSON.stringify(manifest)).toContain('~/.codex/');
  expect(await run('--from-audit', SESSION, '--agent', 'nobody', folder())).toMatchObject({
    exit: 2,
    complaints: expect.stringContaining('There are aider'),
  });
});

test('nothing is written for a session that nothing is known of, into no folder, or over a manifest', async () => {
  const place = folder();
  expect(await run('--from-audit', 's-nowhere', place)).toMatchObject({
    exit: 2,
    complaints: expect.stringContaining('nothing is on record'),
  });
  expect((await run('--from-audit', 'no session', place)).exit).toBe(2);
  expect(await run('--from-audit', SESSION, join(root, 'nowhere'))).toMatchObject({
    exit: 2,
    complaints: expect.stringContaining('is not a directory'),
  });
  expect((await run('--from-audit', SESSION, place)).exit).toBe(0);
  expect(await run('--from-audit', SESSION, place)).toMatchObject({
    exit: 2,
    complaints: expect.stringContaining('exists already'),
  });
});
