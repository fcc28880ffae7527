import { describe, expect, it } from 'vitest';
import { formatManifest, type Manifest, parseManifest } from '../manifest/index.ts';
import { NOMINAL_CONTEXT } from '../manifest/nominal-context.ts';
import { evaluate } from './evaluate.ts';
import { loadLocations } from './locations.ts';
import { type Observation, observedManifest } from './observed-manifest.ts';
import { policyFromManifest } from './policy-from-manifest.ts';

const { home, workspace: project } = NOMINAL_CONTEXT;
const workspace = project ?? `${home}/project`;
const base = {
  skill_id: 'generic',
  version: '1.0.0',
  mode: 'audit',
  permissions: {
    filesystem: { read: ['$WORKSPACE/**'], write: ['$WORKSPACE/**'] },
    exec: ['/usr/bin/git'],
    require_approval: { filesystem: { write: ['$WORKSPACE/.git/config'] }, classes: ['exec:new', 'net:new-host'] },
  },
  hashes: {},
} as Manifest;
const seen = (operation: string, path: string | null, more: Partial<Observation> = {}): Observation => ({
  ...{ verdict: 'audit', would_be: 'block', operation, reason: 'no-rule', rule: null, path },
  ...more,
});
const made = (...observations: Observation[]) =>
  observedManifest({ base, skillId: 'foo', observations, home, workspace });
const granted = (...observations: Observation[]) =>
  made(...observations).granted.map(({ list, entry }) => `${list} ${entry}`);

describe('observedManifest', () => {
  it('grants what nothing spoke of, by the names a manifest has for it, and keeps what the base grants', () => {
    const draft = made(
      seen('read', `${home}/.foorc`),
      seen('read', `${home}/.foorc`),
      seen('write', '/srv/shared/[a] list'),
      seen('exec', '/usr/bin/foo-tool', { would_be: 'require_approval' }),
      seen('connect', '/srv/foo/socket'),
      seen('connect', null, { address: '127.0.0.1', port: 11434 }),
      seen('listen', null, { address: '::1', port: 9000 }),
    );
    expect(draft.granted.map(({ list, entry, why }) => `${list} ${entry} (${why})`)).toEqual([
      'filesystem.read ~/.foorc (seen 2 times)',
      'filesystem.write /srv/shared/\\[a\\] list (seen once)',
      'exec /usr/bin/foo-tool (seen once)',
      'unix_sockets.connect /srv/foo/socket (seen once)',
      'network.egress 127.0.0.1:11434 (seen once)',
      'network.listen [::1]:9000 (seen once)',
    ]);
    expect(draft.manifest).toMatchObject({
      skill_id: 'foo',
      permissions: { filesystem: { read: ['$WORKSPACE/**', '~/.foorc'] }, exec: ['/usr/bin/git', '/usr/bin/foo-tool'] },
    });
    expect(draft.manifest).not.toHaveProperty('mode');
    expect(parseManifest(new TextEncoder().encode(formatManifest(draft.manifest)))).toMatchObject({ ok: true });
  });

  it('takes three files of a program’s own folder for all of it, and never the folder of all programs', () => {
    const three = (folder: string) => ['a', 'b', 'c/d'].map((name) => seen('write', `${home}/${folder}/${name}`));
    expect(granted(...three('.foo'))).toEqual(['filesystem.write ~/.foo/**']);
    expect(granted(...three('.local/share/foo'))).toEqual(['filesystem.write ~/.local/share/foo/**']);
    expect(granted(...three('Documents'))).toHaveLength(3);
    expect(granted(...three('.config'))).not.toContain('filesystem.write ~/.config/**');
    expect(granted(...three('.docker'))).not.toContain('filesystem.write ~/.docker/**');
    expect(granted(...three('.foo').slice(1))).toEqual(['filesystem.write ~/.foo/b', 'filesystem.write ~/.foo/c/d']);
  });

  it.each([
    ['a secret', seen('read', `${home}/.ssh/id_rsa`)],
    ['a secret in a folder of which much else was read', seen('read', `${home}/.aws/credentials`)],
    ['a key of the project', seen('read', `${workspace}/deploy/server.key`)],
    ['a start-up file', seen('write', `${home}/.bashrc`)],
    ['a hook of the project', seen('create', `${workspace}/.git/hooks/pre-commit`)],
    ['a program that hands out rights', seen('exec', '/usr/bin/sudo')],
    ['a program of the project', seen('exec', `${workspace}/build/tool`)],
    ['the whole home', seen('read', home)],
    ['a process of then', seen('read', '/proc/1234/stat')],
    ['a host by its address', seen('connect', null, { address: '192.0.2.1', port: 443 })],
    ['a server for every machine', seen('listen', null, { address: '0.0.0.0', port: 8080 })],
  ])('does not grant %s, and says so', (_, observation) => {
    const draft = made(observation);
    expect(draft.granted).toEqual([]);
    expect(draft.suggested).toHaveLength(1);
  });

  it('grants what a person allowed and no rule asks about', () => {
    const asked = { verdict: 'allow', would_be: undefined, reason: 'approved', request: 7 };
    expect(granted(seen('exec', '/usr/bin/foo-tool', asked))).toEqual(['exec /usr/bin/foo-tool']);
    expect(granted(seen('exec', '/usr/bin/foo-tool', { ...asked, verdict: 'block', reason: 'denied' }))).toEqual([]);
  });

  it('grants nothing that a rule asks about or refuses, or that was refused all the same', () => {
    const rule = { pointer: 'permissions.require_approval.filesystem.write[0]', text: '$WORKSPACE/.git/config' };
    const draft = made(
      seen('write', `${workspace}/.git/config`, { would_be: 'require_approval', reason: 'rule', rule }),
      seen('read', `${home}/.gnupg/key`, { verdict: 'block', would_be: undefined, reason: 'location' }),
      seen('read', '/etc/hosts', { verdict: 'allow', would_be: undefined, reason: 'rule', rule }),
    );
    expect(draft.granted).toEqual([]);
    expect(draft.suggested).toEqual([]);
    expect(draft.notes).toEqual([
      `${workspace}/.git/config is still asked about (${rule.pointer}: ${rule.text})`,
      `${home}/.gnupg/key stays refused (location)`,
    ]);
  });

  it('allows what it was made from, and the neighbour of none of it', () => {
    const { manifest } = made(seen('read', `${home}/.foorc`), seen('exec', '/usr/bin/foo-tool'));
    const policy = policyFromManifest(manifest, NOMINAL_CONTEXT);
    if (!policy.ok) throw new Error(policy.error.message);
    const verdict = (operation: 'read' | 'exec', path: string) =>
      evaluate(policy.value, loadLocations(home), { operation, path: path as never }).verdict;
    expect([verdict('read', `${home}/.foorc`), verdict('exec', '/usr/bin/foo-tool')]).toEqual(['allow', 'allow']);
    expect([verdict('read', `${home}/.foorc2`), verdict('read', `${home}/.ssh/id_rsa`)]).toEqual(['block', 'block']);
  });
});
