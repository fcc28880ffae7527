import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { type ScriptedHelper, scriptedHelper } from '../client/testing/scripted-helper.ts';
import { sampleEntry, sampleSession } from '../core/protocol/testing/samples.ts';

const MAIN = inject('ringfence');
const ALICE = 1000;

const folder = mkdtempSync(join(tmpdir(), 'cli-'));
const manifest = join(folder, 'clawmanifest.json');
let calm: ScriptedHelper;
const helpers: ScriptedHelper[] = [];

beforeAll(async () => {
  writeFileSync(manifest, '{}');
  calm = await scriptedHelper({
    sessions: [sampleSession(ALICE)],
    entries: [
      sampleEntry(1, ALICE, {
        verdict: 'allow',
        reason: 'rule',
        location: undefined,
        rule: { id: 1, pointer: 'permissions.filesystem.read[0]', text: '~/Maildir/**' },
        path: '/home/dev/Maildir/new/1',
      }),
      sampleEntry(2, ALICE),
      sampleEntry(3, ALICE, { reason: 'no-rule', location: undefined, path: '/home/dev/notes\n\u202e.txt', count: 7 }),
    ],
    verification: { state: 'intact', records: 3, gaps: 1, root: 'cm9vdA==', checkpoint: null },
    diagnosis: { state: 'enforcing', kernel: '6.12.0', checks: [{ name: 'a denial', ok: true, detail: 'seen' }] },
  });
  helpers.push(calm);
});

afterEach(async () => {
  for (const helper of helpers.splice(1)) await helper.stop();
});

afterAll(async () => {
  await calm.stop();
  rmSync(folder, { recursive: true });
});

async function helperWith(script: object): Promise<string> {
  const helper = await scriptedHelper(script);
  helpers.push(helper);
  return helper.socketPath;
}

type Ended = { readonly code: number; readonly out: string; readonly err: string };

function ringfence(words: readonly string[], socketPath = calm.socketPath, who: object = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const env = { PATH: process.env.PATH ?? '', HOME: folder, TZ: 'UTC' };
    execFile(process.execPath, [MAIN, '--socket', socketPath, ...words], { env, ...who }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err });
    });
  });
}

function start(words: readonly string[]): ChildProcessByStdio<null, Readable, Readable> {
  return spawn(process.execPath, [MAIN, '--socket', calm.socketPath, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
}

const under = (...command: string[]): string[] => ['run', '--manifest', manifest, '--', ...command];

test('run: the command runs bound, with its arguments, input, output and exit code', async () => {
  const script = 'echo "$1"; echo problem >&2; exit 42';
  expect(await ringfence(under('sh', '-c', script, 'sh', '--json'))).toEqual({
    code: 42,
    out: '--json\n',
    err: 'problem\n',
  });
});

test('run: options after the command are the command’s, with or without --', async () => {
  expect((await ringfence(['run', '-m', manifest, 'echo', '--version', '-m'])).out).toBe('--version -m\n');
});

test('run: a signal becomes 128 + its number', async () => {
  expect((await ringfence(under('sh', '-c', 'kill -TERM $$'))).code).toBe(143);
  expect((await ringfence(under('sh', '-c', 'kill -KILL $$'))).code).toBe(137);
});

test('run: the folder of a skill stands for its manifest', async () => {
  expect((await ringfence(['run', '-m', folder, '--', 'true'])).code).toBe(0);
});

test('run: warnings are shown, and the command runs', async () => {
  const prepare = { session: 's', skillId: 'x', keyName: 'k', warnings: ['names are not resolved yet'] };
  const ended = await ringfence(under('echo', 'ran'), await helperWith({ prepare }));
  expect(ended).toEqual({ code: 0, out: 'ran\n', err: 'ringfence: warning: names are not resolved yet\n' });
});

test('run: a workspace that is not the current directory is said, in one line', async () => {
  const project = realpathSync(mkdtempSync(join(folder, 'project-')));
  mkdirSync(join(project, 'src'));
  const inside = { cwd: join(project, 'src') };
  expect(await ringfence(under('true'), calm.socketPath, inside)).toEqual({ code: 0, out: '', err: '' });
  mkdirSync(join(project, '.git'));
  const { err } = await ringfence(under('true'), calm.socketPath, inside);
  expect(err).toBe(`ringfence: the workspace is ${project}, which has a .git, and not ${project}/src alone\n`);
});

test('run: npm is told of the registry that the user’s own settings name', async () => {
  const home = mkdtempSync(join(folder, 'home-'));
  writeFileSync(join(home, '.npmrc'), 'registry=https://registry.example/\n');
  const plain = join(home, 'clawmanifest.json');
  writeFileSync(plain, JSON.stringify({ skill_id: 's', version: '1', permissions: {}, hashes: {} }));
  const env = { PATH: process.env.PATH ?? '', HOME: home };
  const words = ['run', '--manifest', plain, '--', 'sh', '-c', 'echo "$npm_config_registry"'];
  const said = async (also: object) =>
    (await ringfence(words, calm.socketPath, { cwd: home, env: { ...env, ...also } })).out;
  expect(await said({})).toBe('https://registry.example/\n');
  expect(await said({ NPM_CONFIG_REGISTRY: 'https://other.example/' })).toBe('\n');
});

test('run: a refused manifest says every reason, with place and remedy, and nothing runs', async () => {
  const mark = join(folder, 'must-not-exist');
  const prepare = {
    code: 'manifest-refused',
    message: 'the manifest is refused',
    refusals: [
      {
        code: 'unsigned',
        message: 'the manifest has no signature',
        remedy: 'Sign it: ringfence manifest sign FILE',
        line: 1,
        column: 2,
      },
      { code: 'changed-file', message: 'files have changed', paths: ['SKILL.md', 'a\u202eb'] },
    ],
  };
  const ended = await ringfence(under('touch', mark), await helperWith({ prepare }));
  expect(ended.code).toBe(125);
  expect(ended.err).toContain(`${manifest}:1:2: unsigned: the manifest has no signature`);
  expect(ended.err).toContain('Sign it: ringfence manifest sign FILE');
  expect(ended.err).toContain('SKILL.md');
  expect(ended.err).toContain('a\\u{202e}b');
  expect(ended.err).toContain('was not run');
  expect(existsSync(mark)).toBe(false);
});

test.each([
  ['no helper', async () => join(folder, 'nobody'), 'not running'],
  ['a caller that is an agent', () => helperWith({ peers: [{ uid: 0, session: 's1' }] }), 'agents may not'],
  [
    'a kernel that does not enforce',
    () =>
      helperWith({
        prepare: { code: 'not-enforcing', message: 'this kernel does not enforce', remedy: 'ringfence doctor' },
      }),
    'ringfence doctor',
  ],
])('run: with %s nothing runs', async (_name, socket, complaint) => {
  const mark = join(folder, 'must-not-exist-either');
  const ended = await ringfence(under('touch', mark), await socket());
  expect(ended.code).toBe(125);
  expect(ended.err).toContain(complaint);
  expect(existsSync(mark)).toBe(false);
});

test('run: a helper that dies during the binding: nothing runs', async () => {
  const mark = join(folder, 'nor-this');
  const helper = await scriptedHelper({});
  helper.kill();
  const ended = await ringfence(under('touch', mark), helper.socketPath);
  expect(ended.code).toBe(125);
  expect(existsSync(mark)).toBe(false);
});

test('run: what cannot be run is told as a shell tells it', async () => {
  const plain = join(folder, 'plain');
  writeFileSync(plain, 'text');
  const broken = join(folder, 'broken');
  writeFileSync(broken, '#!/nowhere/interpreter\n');
  chmodSync(broken, 0o755);
  mkdirSync(join(folder, 'directory'), { recursive: true });
  expect(await ringfence(under('no-such-command-anywhere'))).toMatchObject({
    code: 127,
    err: expect.stringContaining('not found'),
  });
  expect(await ringfence(under(plain))).toMatchObject({ code: 126 });
  expect(await ringfence(under(join(folder, 'directory')))).toMatchObject({ code: 127 });
  expect(await ringfence(under(broken))).toMatchObject({ code: 127 });
  expect(await ringfence(['run', '-m', join(folder, 'none.json'), '--', 'true'])).toMatchObject({
    code: 125,
    err: expect.stringContaining('ENOENT'),
  });
});

test('run: Ctrl-C is for the command; the parent waits for what it makes of it', async () => {
  const child = start(under('sh', '-c', 'trap "echo caught; exit 7" INT; echo up; while :; do sleep 0.05; done'));
  await once(child.stdout, 'data');
  const said: string[] = [];
  child.stdout.on('data', (chunk) => said.push(String(chunk)));
  child.kill('SIGINT');
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(child.exitCode).toBeNull();
  const children = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim();
  process.kill(Number(children), 'SIGINT');
  const [code] = await once(child, 'close');
  expect([code, said.join('')]).toEqual([7, 'caught\n']);
});

test('run: SIGTERM is passed on', async () => {
  const child = start(under('sh', '-c', 'trap "exit 9" TERM; echo up; while :; do sleep 0.05; done'));
  await once(child.stdout, 'data');
  child.kill('SIGTERM');
  expect((await once(child, 'close'))[0]).toBe(9);
});

test('ps: sessions as people and as programs read them', async () => {
  const shown = await ringfence(['ps']);
  expect(shown.code).toBe(0);
  expect(shown.out.split('\n')[0]).toMatch(/^SESSION +UID +SKILL +TRUST +UP +BLOCKS +PIDS +COMMAND$/);
  expect(shown.out).toContain("pi --print 'sort my mail'");
  expect(shown.out).toContain('4120,4125');
  expect(JSON.parse((await ringfence(['ps', '--json'])).out)).toMatchObject({ id: `session-${ALICE}` });
  expect((await ringfence(['ps'], await helperWith({}))).out).toBe('No agent runs under Ringfence.\n');
});

test('audit: one line a record, plain without a terminal, and nothing hidden in it', async () => {
  const { code, out } = await ringfence(['audit']);
  expect(code).toBe(0);
  const [, first, second, third] = out.split('\n');
  expect(first).toMatch(
    /^1 +2026-01-01 00:00:01 +allow +mail-triage +cat\[4125\] +read +\/home\/dev\/Maildir\/new\/1 +permissions\.filesystem\.read\[0\] "~\/Maildir\/\*\*"$/,
  );
  expect(second).toContain('protected location ~/.ssh');
  expect(third).toContain('/home/dev/notes\\n\\u{202e}.txt');
  expect(third).toContain('not declared (7 times)');
  expect(out).not.toContain('\u001b');
});

test('audit: filters, numbers and JSON', async () => {
  const seqs = async (...words: string[]): Promise<number[]> =>
    (await ringfence(['audit', '--json', ...words])).out
      .trim()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line).seq);
  expect(await seqs()).toEqual([1, 2, 3]);
  expect(await seqs('--verdict', 'block')).toEqual([2, 3]);
  expect(await seqs('--session', 'other')).toEqual([]);
  expect(await seqs('-n', '1')).toEqual([3]);
  expect(await seqs('--all')).toEqual([1, 2, 3]);
  expect((await ringfence(['audit', '-n', 'many'])).code).toBe(2);
});

test('audit --follow: nothing twice, nothing missed, until the helper goes', async () => {
  const helper = await scriptedHelper({ entries: [sampleEntry(1, ALICE)] });
  const child = spawn(process.execPath, [MAIN, '--socket', helper.socketPath, 'audit', '--follow', '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  await expect.poll(() => out.split('\n').length, { timeout: 10_000 }).toBe(2);
  helper.emit('decision', sampleEntry(2, ALICE));
  helper.emit('decision', sampleEntry(3, ALICE));
  await expect
    .poll(
      () =>
        out
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line).seq),
      { timeout: 10_000 },
    )
    .toEqual([1, 2, 3]);
  const ended = once(child, 'close');
  await helper.stop();
  expect((await ended)[0]).toBe(2);
});

test('audit verify: intact is 0, damaged is 1 and says where', async () => {
  const intact = await ringfence(['audit', 'verify']);
  expect(intact).toMatchObject({ code: 0, out: expect.stringContaining('INTACT') });
  const verification = { state: 'damaged', records: 9, firstBad: 5, damage: 'a record was changed' };
  const damaged = await ringfence(['audit', 'verify'], await helperWith({ verification }));
  expect(damaged.code).toBe(1);
  expect(damaged.out).toContain('DAMAGED from record 5 on: a record was changed');
});

test('why: who, what, which rule, what to change', async () => {
  const location = (await ringfence(['why', '2'])).out;
  expect(location).toContain('Record 2: read was blocked');
  expect(location).toContain('/usr/bin/node[4120] > /usr/bin/cat[4125] (uid 1000)');
  expect(location).toContain('no manifest can open');
  const undeclared = (await ringfence(['why', '3'])).out;
  expect(undeclared).toContain('permissions.filesystem.read of its manifest');
  const allowed = (await ringfence(['why', '1'])).out;
  expect(allowed).toContain('permissions.filesystem.read[0] "~/Maildir/**"');
  expect(allowed).not.toContain('Change');
  expect(await ringfence(['why', '99'])).toMatchObject({ code: 1, err: expect.stringContaining('no record 99') });
  expect(await ringfence(['why', 'never'])).toMatchObject({ code: 2 });
});

test('doctor: enforcing is 0; without a helper it is not enforcing, and says why', async () => {
  const well = await ringfence(['doctor']);
  expect(well).toMatchObject({ code: 0, out: expect.stringMatching(/^ENFORCING\n/) });
  // Not as root, who would have the kernel tried.
  const nobody = process.geteuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const ill = await ringfence(['doctor', '--json'], '/nowhere/control.sock', nobody);
  expect(ill.code).toBe(1);
  const found = JSON.parse(ill.out);
  expect(found.state).toBe('not-enforcing');
  expect(found.checks[0]).toMatchObject({ name: 'helper', ok: false });
  expect(found.checks.at(-1)).toMatchObject({ name: 'self-test', detail: expect.stringContaining('sudo') });
  const diagnosis = {
    state: 'not-enforcing',
    kernel: '5.10',
    checks: [{ name: 'kernel', ok: false, detail: 'too old', remedy: 'update' }],
  };
  const honest = await ringfence(['doctor'], await helperWith({ diagnosis }));
  expect(honest.code).toBe(1);
  expect(honest.out).toMatch(/^NOT ENFORCING\n/);
  expect(honest.out).toContain('NOT held to their manifests on this machine: too old');
});

test('help reads well, the version is one, and a slip of the finger is not guessed at', async () => {
  const help = await ringfence(['--help']);
  expect(help.code).toBe(0);
  expect(help.out).toContain('Exit status:');
  expect((await ringfence(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  const slip = await ringfence(['aduit']);
  expect(slip.code).toBe(2);
  expect(slip.err).toContain('audit');
  expect(await ringfence([])).toMatchObject({ code: 2 });
  expect(await ringfence(['run', '--', 'true'])).toMatchObject({
    code: 125,
    err: expect.stringContaining('--manifest'),
  });
});
