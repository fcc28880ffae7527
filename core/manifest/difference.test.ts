import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate, evaluateAddress } from '../policy/evaluate.ts';
import { policyFromManifest } from '../policy/policy-from-manifest.ts';
import { PATH_OPERATIONS } from '../policy/vocabulary.ts';
import { compareManifests } from './difference.ts';
import { NOMINAL_CONTEXT } from './nominal-context.ts';
import type { Manifest, Permissions } from './schema.ts';

const manifest = (permissions: Permissions, more: object = {}): Manifest => ({
  skill_id: 's',
  version: '1',
  hashes: {},
  permissions,
  ...more,
});

function compare(old: Permissions, young: Permissions, before = {}, after = {}) {
  const compared = compareManifests(manifest(old, before), manifest(young, after));
  if (!compared.ok) throw new Error(compared.error.error.message);
  return compared.value;
}
const texts = (old: Permissions, young: Permissions) =>
  compare(old, young).changes.map(({ kind, text }) => `${kind}: ${text}`);

describe('compareManifests: paths', () => {
  it('says in words what is granted and taken', () => {
    expect(texts({}, { filesystem: { read: ['~/notes/**'] } })).toEqual(['more: may now also read ~/notes/**']);
    expect(texts({ filesystem: { write: ['~/a'] } }, {})).toEqual(['less: may no longer write, create and delete ~/a']);
    expect(texts({}, { exec: ['/opt/tool'] })).toEqual(['more: may now also read and run /opt/tool']);
  });

  it('finds no news in what was covered already', () => {
    expect(texts({ filesystem: { read: ['~/**'] } }, { filesystem: { read: ['~/**', '~/notes/*.txt'] } })).toEqual([]);
    expect(texts({ filesystem: { read: ['~/{a,b}'] } }, { filesystem: { read: ['~/[ab]'] } })).toEqual([]);
    expect(texts({}, { filesystem: { read: ['/usr/share/dict/**'] } })).toEqual([]);
  });

  it('tells the part of a wider grant that is new', () => {
    const { changes } = compare({ filesystem: { read: ['~/a/**'] } }, { filesystem: { read: ['~/*/**'] } });
    expect(changes).toMatchObject([{ kind: 'more', pointer: 'permissions.filesystem.read[0]', side: 'new' }]);
    expect(changes[0]?.text).toMatch(/^may now also read ~\/\*\/\*\* in part, such as ~/);
  });

  it('tells asking from refusing and allowing', () => {
    const read = { filesystem: { read: ['~/a'] } };
    const asking = { ...read, require_approval: read };
    expect(texts(read, asking)).toEqual(['less: asks now before: read ~/a']);
    expect(texts(asking, read)).toEqual(['more: no longer asks before: read ~/a']);
    expect(texts({}, { require_approval: read })).toEqual(['more: may now read ~/a, if a person agrees']);
    expect(texts({ require_approval: read }, {})).toEqual([
      'less: may no longer read ~/a, not even if a person agrees',
    ]);
  });

  it('agrees with the evaluator on whether more is allowed', () => {
    const path = fc.constantFrom('~/a', '~/a/**', '~/*', '~/a/*/c', '~/{a,b}/c', '/srv/**', '/srv/x', '~/**/c');
    const lists = fc.record({ read: fc.array(path, { maxLength: 3 }), write: fc.array(path, { maxLength: 2 }) });
    const permissions = fc.record({ filesystem: lists, require_approval: fc.record({ filesystem: lists }) });
    const objects = ['~', '~/a', '~/a/b', '~/a/b/c', '~/b', '~/b/c', '~/c', '~/z/z', '/srv', '/srv/x', '/srv/y/z'];
    fc.assert(
      fc.property(permissions, permissions, (old, young) => {
        const [before, after] = [old, young].map((one) => {
          const policy = policyFromManifest(manifest(one), NOMINAL_CONTEXT);
          if (!policy.ok) throw new Error('no policy');
          return policy.value;
        });
        const rank = { allow: 0, require_approval: 1, block: 2, kill: 2 };
        const found = objects.some((object) =>
          PATH_OPERATIONS.some((operation) => {
            const host = object.replace('~', NOMINAL_CONTEXT.home);
            const verdicts = [before, after].map(
              (policy) => policy && rank[evaluate(policy, [], { operation, path: host }).verdict],
            );
            return (verdicts[1] ?? 0) < (verdicts[0] ?? 0);
          }),
        );
        // The objects show only some of what there is: they can prove more, not its absence.
        if (found) expect(compare(old, young).more).toBe(true);
        expect(compare(old, old).changes).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});

describe('compareManifests: classes, programs, variables, mode', () => {
  it('calls a class by its name', () => {
    const classes = (...names: ('read:secrets' | 'exec:new')[]) => ({ require_approval: { classes: names } });
    expect(texts({}, classes('exec:new'))).toEqual(['more: may now run whatever no rule names, if a person agrees']);
    const { changes } = compare(
      { filesystem: { read: ['~/.aws/**'] } },
      { filesystem: { read: ['~/.aws/**'] }, ...classes('read:secrets') },
    );
    expect(changes.map(({ kind }) => kind)).toEqual(['more', 'less']);
    expect(changes[1]?.text).toMatch(/^asks now before: read what the class read:secrets names in part, such as /);
  });

  it('tells denies that come and go', () => {
    const read = { read: ['~/a/**'] };
    expect(texts({ filesystem: read }, { filesystem: { ...read, deny: ['~/a/b'] } })).toEqual([
      'less: may no longer read ~/a/b',
    ]);
    expect(texts({ filesystem: { ...read, deny: ['~/a/b'] } }, { filesystem: read })).toEqual([
      'more: may now also read ~/a/b',
    ]);
  });

  it('compares programs by their content', () => {
    const pinned = (sha: string) => ({ exec: [{ path: '/opt/x', sha256: sha.repeat(64) }] });
    expect(texts(pinned('a'), pinned('a'))).toEqual([]);
    expect(texts(pinned('a'), pinned('b'))[0]).toMatch(/^more: may now run another \/opt\/x/);
    expect(texts(pinned('a'), { exec: ['/opt/x'] })).toEqual(['more: may now run /opt/x whatever its content is']);
    expect(texts({ exec: ['/opt/x'] }, pinned('a'))[0]).toMatch(/^less: /);
  });

  it('compares environment variables: no list means all of them', () => {
    const env = (pass?: string[], deny?: string[]) => ({ env: { ...(pass && { pass }), ...(deny && { deny }) } });
    expect(texts({}, env(['A']))).toEqual(['less: gets only these environment variables now: A']);
    expect(texts(env(['A']), {})).toEqual(['more: gets every environment variable now']);
    expect(texts(env(['A']), env(['A', 'B']))).toEqual(['more: gets the environment variable B now']);
    expect(texts(env([], ['A']), env([]))).toEqual(['more: is no longer kept from the environment variable A']);
  });

  it('tells limits and the mode', () => {
    const limit = (processes?: number) => (processes === undefined ? {} : { limits: { processes } });
    const told = (old: object, young: object) =>
      compare({}, {}, old, young).changes.map(({ kind, text }) => `${kind}: ${text}`);
    expect(told(limit(5), limit(9))).toEqual(['more: limit raised on processes at once: 5 to 9']);
    expect(told(limit(9), limit(5))).toEqual(['less: limit lowered on processes at once: 9 to 5']);
    expect(told(limit(9), limit())).toEqual(['more: no limit any more on processes at once (was 9)']);
    expect(told({}, { mode: 'audit' })[0]).toMatch(/^more: asks to be audited only/);
    expect(told({ on_violation: 'kill' }, {})).toEqual(['other: a violation no longer kills']);
  });
});

describe('compareManifests: network', () => {
  it('compares addresses and ports by what they mean', () => {
    const to = (...egress: string[]) => ({ network: { egress } });
    expect(texts(to('10.0.0.0/8:443'), to('10.0.0.0/8:443', '10.1.2.3:443'))).toEqual([]);
    expect(texts(to('10.0.0.0/8:443'), to('10.0.0.0/8:443', '10.1.2.3:22'))).toEqual([
      'more: may now also connect to 10.1.2.3:22',
    ]);
    expect(texts(to('10.0.0.0/9:443', '10.128.0.0/9:443'), to('10.0.0.0/8:443'))).toEqual([]);
    expect(texts(to('10.0.0.0/8:443'), to())).toEqual(['less: may no longer connect to 10.0.0.0/8:443']);
    expect(texts(to('10.0.0.0/9:443'), to('10.0.0.0/8:443'))).toEqual(['more: may now also connect to 10.0.0.0/8:443']);
    expect(texts(to('[2001:db8::/32]:1'), to('[2001:db8::/33]:1', '[2001:db8:8000::/33]:1'))).toEqual([]);
  });

  it('compares host names as they are written, and tells what they bring along', () => {
    const named = (...egress: string[]) => ({ network: { egress } });
    expect(texts(named(), named('a.example:443'))).toEqual([
      'more: may now also connect to the name servers of this machine',
      'more: may now also reach a.example:443',
    ]);
    expect(texts(named('a.example'), named())).toEqual([
      'less: may no longer connect to the name servers of this machine',
      'less: may no longer reach a.example',
    ]);
  });

  it('agrees with the evaluator at every bound', () => {
    const text = fc.constantFrom(
      '10.0.0.0/8:80',
      '10.0.0.0/9:80',
      '10.0.0.1:80',
      '10.0.0.1:81',
      '[fd00::/8]:80',
      '0.0.0.0/0:80',
    );
    const lists = fc.record({ network: fc.record({ egress: fc.array(text, { maxLength: 3 }) }) });
    const permissions = fc.tuple(lists, lists).map(([grants, require_approval]) => ({ ...grants, require_approval }));
    fc.assert(
      fc.property(permissions, permissions, (old, young) => {
        const policies = [old, young].flatMap((one) => {
          const policy = policyFromManifest(manifest(one), NOMINAL_CONTEXT);
          return policy.ok ? [policy.value] : [];
        });
        const rank = { allow: 0, require_approval: 1, block: 2, kill: 2 };
        const isMore = ['10.0.0.0', '10.0.0.1', '10.127.255.255', '10.200.0.0', '9.9.9.9', 'fd00::1', '2001::1'].some(
          (address) =>
            [79, 80, 81].some((port) => {
              const [was = 0, is = 0] = policies.map(
                (policy) => rank[evaluateAddress(policy, 'connect', { address, port, protocol: 'tcp' }).verdict],
              );
              return is < was;
            }),
        );
        expect(compare(old, young).more).toBe(isMore);
      }),
      { numRuns: 300 },
    );
  });
});

describe('compareManifests: the rest', () => {
  it('names versions, keys, files and fields', () => {
    const block = { algorithm: 'Ed25519', value: 'x', signed_by: 'alice', key_id: 'sha256:a' };
    const old = { version: '1', hashes: { a: 'x', b: 'x' }, signature: block };
    const young = {
      version: '2',
      hashes: { a: 'y', c: 'x' },
      signature: { ...block, key_id: 'sha256:b', signed_by: 'mallory' },
      note: 1,
    };
    const { more, changes } = compare({}, {}, old, young);
    expect(more).toBe(false);
    expect(changes.map(({ text }) => text)).toEqual([
      'version 1 became 2',
      'another key: sha256:a became sha256:b',
      'signed by mallory, no longer by alice',
      'file added: c',
      'file removed: b',
      'file changed: a',
      'note, which this version does not know: nothing became 1',
    ]);
  });

  it('finds nothing between a manifest and itself', () => {
    expect(compare({ exec: ['/usr/bin/git'] }, { exec: ['/usr/bin/git'] })).toEqual({ more: false, changes: [] });
  });
});

describe('compareManifests: sockets by name', () => {
  const connect = (...entries: string[]): Permissions => ({ unix_sockets: { connect: entries } });

  it('tells what acts for the person', () => {
    expect(texts({}, connect('docker'))[0]).toMatch(/^more: may now connect to docker.*, if a person agrees$/);
    expect(texts(connect('docker', 'tmux'), connect('docker'))[0]).toMatch(/^less: may no longer connect to tmux/);
    expect(texts(connect('ssh-agent'), connect('ssh-agent'))).toEqual([]);
  });

  it('tells abstract names', () => {
    expect(texts({}, connect('@one'))).toEqual(['more: may now also connect to @one']);
    expect(texts(connect('@one'), connect('@one*'))).toEqual(['more: may now also connect to @one*']);
    expect(texts(connect('@one*'), connect('@one*', '@one-more'))).toEqual([]);
    expect(texts(connect('@one*'), {})).toEqual([
      'less: may no longer connect to @one',
      'less: may no longer connect to @one*',
    ]);
  });
});
