import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { wantedSkills } from './skills.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringfence-skills-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function skill(name: string, permissions: object = {}): string {
  mkdirSync(join(folder, name));
  const manifest = { skill_id: name, version: '1', permissions, hashes: {} };
  writeFileSync(join(folder, name, 'clawmanifest.json'), JSON.stringify(manifest));
  return join(folder, name);
}

const paths = (wanted: ReturnType<typeof wantedSkills>) =>
  wanted.ok ? wanted.value.skills.map(({ manifestPath }) => manifestPath) : wanted.error.message;

describe('skills of a session', () => {
  test('folders and manifests that are named, each once', () => {
    const mail = skill('mail');
    const manifest = join(mail, 'clawmanifest.json');
    expect(paths(wantedSkills({ skill: [mail, manifest], skills: [folder] }))).toEqual([manifest]);
  });

  test('each folder right below that has a manifest', () => {
    skill('b');
    skill('a');
    mkdirSync(join(folder, 'none/deeper'), { recursive: true });
    writeFileSync(join(folder, 'file'), '');
    expect(paths(wantedSkills({ skills: [folder] }))).toEqual(
      ['a', 'b'].map((name) => join(folder, name, 'clawmanifest.json')),
    );
  });

  test('none that is named may be missing', () => {
    expect(paths(wantedSkills({ skill: [join(folder, 'no')] }))).toContain(join(folder, 'no'));
    expect(paths(wantedSkills({ skills: [join(folder, 'no')] }))).toContain(join(folder, 'no'));
    mkdirSync(join(folder, 'empty'));
    expect(paths(wantedSkills({ skill: [join(folder, 'empty')] }))).toContain('clawmanifest.json');
  });

  test('what lies in a manifest’s place and is none is said, and no skill is left out for it', () => {
    mkdirSync(join(folder, 'fifo'));
    execFileSync('mkfifo', [join(folder, 'fifo/clawmanifest.json')]);
    expect(paths(wantedSkills({ skills: [folder] }))).toContain('fifo/clawmanifest.json is no regular file');
    rmSync(join(folder, 'fifo'), { recursive: true });
    mkdirSync(join(folder, 'link'));
    symlinkSync('nowhere', join(folder, 'link/clawmanifest.json'));
    expect(paths(wantedSkills({ skills: [folder] }))).toContain('link/clawmanifest.json is a symbolic link');
  });

  test('a folder that is a link counts, unless it leads out of the workspace that it was found in', () => {
    const mail = skill('mail');
    mkdirSync(join(folder, 'work/skills'), { recursive: true });
    mkdirSync(join(folder, 'work/shared'));
    symlinkSync(mail, join(folder, 'work/skills/mail'));
    const skills = [join(folder, 'work/skills')];
    const found = join(folder, 'work/skills/mail');
    expect(paths(wantedSkills({ skills }))).toEqual([join(found, 'clawmanifest.json')]);
    expect(paths(wantedSkills({ skills }, folder))).toEqual([join(found, 'clawmanifest.json')]);
    expect(paths(wantedSkills({ skills }, join(folder, 'work')))).toContain(`${found} leads out of the workspace`);
    expect(paths(wantedSkills({ skill: [found] }, join(folder, 'work')))).toEqual([join(found, 'clawmanifest.json')]);
  });

  test('says what the helper needs to know, and what has no effect', () => {
    const mail = skill('mail', { exec: [{ path: '/usr/bin/jq', sha256: 'a'.repeat(64) }], env: { pass: ['HOME'] } });
    const wanted = wantedSkills({ skill: [mail] });
    expect(wanted).toMatchObject({ ok: true, value: { skills: [{ programs: ['/usr/bin/jq'] }] } });
    expect(wanted.ok && wanted.value.warnings.join()).toContain('permissions.env');
  });
});
