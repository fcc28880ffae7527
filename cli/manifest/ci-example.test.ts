import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { parse } from 'yaml';

type Step = { readonly name?: string; readonly run?: string };
type Workflow = { readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[] }>> };

const repository = join(import.meta.dirname, '..', '..');
const docs = join(repository, 'docs');
const workflow = parse(readFileSync(join(docs, 'examples', 'skill-workflow.yml'), 'utf8')) as Workflow;
const stepOf = (job: string, name: string) =>
  workflow.jobs[job]?.steps.find((step) => step.name === name)?.run ?? 'exit 99';

let root: string;
let base: string;

/** Runs a step of the workflow as the builder would, in a repository with a signed skill. */
function run(job: string, step: string, env: NodeJS.ProcessEnv = {}) {
  const { status, stdout, stderr } = spawnSync('bash', ['-eo', 'pipefail', '-c', stepOf(job, step)], {
    cwd: root,
    encoding: 'utf8',
    env: {
      ...process.env,
      PATH: `${join(root, 'bin')}:${process.env.PATH}`,
      HOME: root,
      SKILL: 'skills/mail-helper',
      ...env,
    },
  });
  return { status, text: stdout + stderr };
}

const git = (...words: string[]) => execFileSync('git', words, { cwd: root, encoding: 'utf8' }).trim();
const skill = (...parts: string[]) => join(root, 'skills', 'mail-helper', ...parts);
const write = (file: string, change: (manifest: { permissions: { filesystem: { read: string[] } } }) => void) => {
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  change(manifest);
  writeFileSync(file, JSON.stringify(manifest, null, 2));
};

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'ringfence-ci-'));
  mkdirSync(join(root, 'bin'));
  const program = `#!/bin/sh\nexec '${process.execPath}' '${inject('ringfence')}' "$@"\n`;
  writeFileSync(join(root, 'bin', 'ringfence'), program, { mode: 0o755 });
  mkdirSync(skill(), { recursive: true });
  const example = /```json\n([\s\S]*?)```/.exec(readFileSync(join(docs, 'manifest.md'), 'utf8'))?.[1] ?? '';
  writeFileSync(skill('clawmanifest.json'), example);
  writeFileSync(skill('SKILL.md'), '# Mail\n');
  writeFileSync(
    join(root, 'skills', 'mail-helper-events.jsonl'),
    readFileSync(join(docs, 'examples', 'mail-helper-events.jsonl')),
  );
  git('init', '-q', '-b', 'main');
  git('config', 'user.name', 'test');
  git('config', 'user.email', 'test@localhost');
  const ringfence = join(root, 'bin', 'ringfence');
  execFileSync(ringfence, ['manifest', 'keygen', '--out', join(root, 'publisher.key'), '--name', 'alice'], {
    cwd: root,
  });
  execFileSync(ringfence, ['manifest', 'sign', skill(), '--key', join(root, 'publisher.key')], { cwd: root });
  git('add', 'skills', 'publisher.pub');
  git('commit', '-qm', 'signed');
  base = git('rev-parse', 'HEAD');
}, 60_000);

afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('docs/examples/skill-workflow.yml', () => {
  it('passes what is well', () => {
    expect(run('check', 'Nothing is wrong with it')).toMatchObject({ status: 0 });
    expect(run('check', 'It decides as expected')).toMatchObject({ status: 0 });
    expect(run('drift', 'Files and manifest are those that were signed')).toMatchObject({ status: 0 });
  }, 60_000);

  it('stops a manifest that may do more, unless a person has said so', () => {
    const step = 'It may do no more than before, or a person has said so';
    expect(run('check', step, { BASE: base, MORE_IS_MEANT: 'false' })).toMatchObject({ status: 0 });
    write(skill('clawmanifest.json'), ({ permissions }) => permissions.filesystem.read.push('~/notes/**'));
    const refused = run('check', step, { BASE: base, MORE_IS_MEANT: 'false' });
    expect(refused).toMatchObject({ status: 1, text: expect.stringContaining('may now also read ~/notes/**') });
    expect(run('check', step, { BASE: base, MORE_IS_MEANT: 'true' })).toMatchObject({ status: 0 });
    git('checkout', '-q', '--', 'skills');
  }, 60_000);

  it('finds drift, and signs it again', () => {
    writeFileSync(skill('SKILL.md'), '# Mail, changed\n');
    const drift = run('drift', 'Files and manifest are those that were signed');
    expect(drift).toMatchObject({ status: 1, text: expect.stringContaining('changed-file') });
    git('add', 'skills');
    git('commit', '-qm', 'changed');
    git('init', '-q', '--bare', join(root, 'remote.git'));
    git('remote', 'add', 'origin', join(root, 'remote.git'));
    git('push', '-qu', 'origin', 'main');
    const secret = readFileSync(join(root, 'publisher.key'), 'utf8').trimEnd();
    expect(run('sign', 'Sign it again if it is not as it was signed', { PUBLISHER_KEY: secret })).toMatchObject({
      status: 0,
    });
    expect(git('log', '-1', '--format=%s', 'origin/main')).toBe('Sign the manifest again');
    expect(run('drift', 'Files and manifest are those that were signed')).toMatchObject({ status: 0 });
  }, 60_000);
});
