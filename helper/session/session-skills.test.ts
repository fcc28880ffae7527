import { fstatSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NO_LIMITS } from '../../core/policy/rule.ts';
import { protocolError } from '../../core/protocol/errors.ts';
import { failure, success } from '../../core/result.ts';
import type { Guard } from '../kernel/guard.ts';
import type { InodeKey } from '../kernel/layout.ts';
import { readHostMounts } from '../kernel/mounts.ts';
import type { Binding, BindRequest } from '../worker/binding.ts';
import { judgeSkills, type SkillGround } from './session-skills.ts';

const DEVICE = readHostMounts().mounts.find(({ type }) => type === 'tmpfs')?.device ?? 0;
let home: string;
/** By the number of a skill that is bound: what is pinned for it. */
let pinned: Map<number, bigint[]>;
let requests: BindRequest[];

beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'session-skills-')));
  mkdirSync(join(home, 'agent'));
  pinned = new Map();
  requests = [];
});

afterEach(() => rmSync(home, { recursive: true }));

function skill(name: string): { manifestPath: string } {
  mkdirSync(join(home, name), { recursive: true });
  writeFileSync(join(home, name, 'clawmanifest.json'), JSON.stringify({ skill_id: name }));
  writeFileSync(join(home, name, 'run.py'), '');
  return { manifestPath: join(home, name, 'clawmanifest.json') };
}

function guard(): Guard {
  let last = 0;
  const pins = {
    begin() {
      last += 1;
      pinned.set(last, []);
      return last;
    },
    identify(fd: number) {
      const { ino: inode, nlink } = fstatSync(fd, { bigint: true });
      return { device: DEVICE, generation: 0, inode, writers: 0, links: Number(nlink) };
    },
    add: (number: number, { inode }: InodeKey) => void pinned.get(number)?.push(inode),
    of: (number: number) => ({ skill: number, keys: [] }),
    end: (number: number) => void pinned.delete(number),
  };
  return { pins, mounts: [] } as unknown as Guard;
}

function ground(summary: (name: string) => object = () => ({})): SkillGround {
  return {
    session: 1n,
    reader: { uid: 0, gid: 0 },
    context: {
      ...{ home, workspace: null, skill: join(home, 'agent'), tmpdir: '/tmp' },
      ...{ proxyPort: 4000, symbols: { '@npm': 'packages.example:443' } },
    },
    trusted: { keys: [], revocations: [], now: 0 },
    async bind(request) {
      requests.push(request);
      const { skill_id: skillId } = JSON.parse(new TextDecoder().decode(request.manifest));
      const plain = { skillId, limits: NO_LIMITS, proxied: null, ...summary(skillId) };
      if ('refused' in plain) return failure(protocolError('manifest-refused', 'it is unsigned'));
      return success({ summary: plain, tables: {} } as unknown as Binding);
    },
  };
}

describe('skills of a session', () => {
  it('are pinned and judged one by one, each in a folder of its own', async () => {
    const judged = await judgeSkills(guard(), [skill('mail'), skill('calendar')], ground());
    if (!judged.ok) throw new Error(judged.error.message);
    expect(judged.value.map(({ pins, request }) => [pins.skill, request.context.skill])).toEqual([
      [1, join(home, 'mail')],
      [2, join(home, 'calendar')],
    ]);
    // its files and its folder, and no directory above
    expect(judged.value[0]?.files).toHaveLength(3);
    expect(pinned.get(1)?.length).toBeGreaterThan(3);
  });

  it('have neither the proxy nor the symbols of their agent', async () => {
    await judgeSkills(guard(), [skill('mail')], ground());
    expect(requests[0]?.context).toMatchObject({ home, skill: join(home, 'mail') });
    expect(requests[0]?.context).not.toHaveProperty('proxyPort');
    // which is closed to them
    expect(requests[0]?.context).toMatchObject({ agentsProxyPort: 4000 });
    expect(requests[0]?.context).not.toHaveProperty('symbols');
  });

  const refusals: readonly [string, object, RegExp][] = [
    ['is refused by its manifest', { refused: true }, /unsigned/],
    ['has limits', { limits: { ...NO_LIMITS, processes: 3 } }, /limits/],
    ['wants a proxy', { proxied: [] }, /network\.via/],
    ['has the id of another', { skillId: 'calendar' }, /skill_id, calendar/],
  ];
  it.each(refusals)('all end when one %s, and the error names it', async (_, about, message) => {
    const wanted = [skill('calendar'), skill('mail')];
    const judged = await judgeSkills(
      guard(),
      wanted,
      ground((name) => (name === 'mail' ? about : {})),
    );
    expect(judged.ok ? '' : judged.error.message).toMatch(message);
    expect(judged.ok ? '' : judged.error.message).toContain(wanted[1]?.manifestPath);
    expect(pinned.size).toBe(0);
  });

  it('lie in folders apart', async () => {
    for (const wanted of [
      [skill('agent')],
      [skill('agent/inner')],
      [skill('mail'), skill('mail/inner')],
      [skill('mail'), skill('mail')],
    ]) {
      const judged = await judgeSkills(guard(), wanted, ground());
      expect(judged.ok ? '' : judged.error.message).toMatch(/that of another manifest/);
      expect(pinned.size).toBe(0);
    }
  });

  it('have to be there', async () => {
    const judged = await judgeSkills(guard(), [{ manifestPath: join(home, 'no/clawmanifest.json') }], ground());
    expect(judged).toMatchObject({ ok: false, error: { code: 'not-found' } });
  });
});
