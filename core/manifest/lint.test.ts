import { describe, expect, it } from 'vitest';
import type { SkillEntry } from './hashes.ts';
import { lintManifest } from './lint.ts';
import { isSecretPlace } from './secret-places.ts';

const NOW = Date.parse('2026-06-01T00:00:00Z');

function lint(permissions: object, more: object = {}, entries: readonly SkillEntry[] | null = null) {
  const text = JSON.stringify({ skill_id: 's', version: '1', permissions, hashes: {}, ...more }, null, 2);
  return lintManifest({ bytes: new TextEncoder().encode(text), entries, now: NOW });
}
const codes = (permissions: object, more: object = {}) =>
  lint(permissions, more).map(({ code, pointer }) => `${code} ${(pointer ?? '').replace('permissions.', '')}`);
const read = (...paths: string[]) => ({ filesystem: { read: paths } });
const write = (...paths: string[]) => ({ filesystem: { write: paths } });

describe('lint: breadth', () => {
  it.each([
    '/**',
    '~/**',
    '/home/**',
    '/*/**',
    '~/*',
    '/{home,srv}/**',
    '/root/**',
    '/etc/**',
    '/[a-z]*/**',
    '~/[!.]*/**',
  ])('reading %s is broad', (path) =>
    expect(codes({ ...read(path), broad: true }).filter((code) => code.startsWith('broad-grant'))).toEqual([
      'broad-grant filesystem.read[0]',
    ]),
  );
  it.each(['~/Maildir/**', '$WORKSPACE/**', '$SKILL/**', '/srv/data/**', '/etc/hosts.allow', '~/*.txt'])(
    'reading %s is not',
    (path) => expect(codes(read(path))).toEqual([]),
  );
  it.each(['/usr/**', '/opt/*', '/var/**'])('writing %s is broad', (path) =>
    expect(codes(write(path))).toEqual(['broad-grant filesystem.write[0]']),
  );
  it.each(['$WORKSPACE/**', '/usr/bin/*', '/tmp/**', '$TMPDIR/*'])('running %s is broad', (path) =>
    expect(codes({ exec: [path] })).toEqual(['broad-grant exec[0]']),
  );
  it('knows broad networks and ports', () => {
    const egress = (...entries: string[]) => codes({ broad: true, network: { egress: entries } });
    expect(egress('0.0.0.0/0')).toEqual(['broad-grant network.egress[0]']);
    expect(egress('[2000::/3]:443')).toEqual(['broad-grant network.egress[0]']);
    expect(egress('169.254.169.254:80')).toEqual(['broad-grant network.egress[0]']);
    expect(egress('10.0.0.0/8:443', '192.0.2.1')).toEqual([]);
    expect(egress('api.example.org:*')).toEqual(['broad-grant network.egress[0]']);
    expect(egress('*.example.org:1000-9000')).toEqual(['broad-grant network.egress[0]']);
    expect(egress('*.example.org', 'example.org:8000-8100')).toEqual([]);
  });
  it('warns of what may be written and then run', () => {
    const findings = lint({ ...write('$WORKSPACE/**'), exec: ['$WORKSPACE/build/run.sh'] });
    expect(findings).toMatchObject([{ code: 'writes-and-runs', pointer: 'permissions.exec[0]' }]);
    expect(findings[0]?.message).toContain('$WORKSPACE/build/run.sh');
  });
  it('warns of grants that reach secrets, not of what lies beside them', () => {
    expect(codes(read('~/.aws/**'))).toEqual(['reaches-secrets filesystem.read[0]']);
    expect(codes(read('~/.config/*/**'))).toEqual(['reaches-secrets filesystem.read[0]']);
    expect(codes(read('~/.config/app/**'))).toEqual([]);
    expect(codes({ require_approval: read('~/.aws/**') })).toEqual([]);
    expect(isSecretPlace('/srv/app/.env.local')).toBe(true);
    expect(isSecretPlace('~/.environment')).toBe(false);
  });
});

describe('lint: entries without effect', () => {
  it('finds host names that another entry covers or refuses', () => {
    const network = (egress: string[], deny: string[] = []) => codes({ network: { egress, deny } });
    expect(network(['*.example.org', 'a.example.org'])).toEqual(['covered-entry network.egress[1]']);
    expect(network(['*.example.org', 'example.org', 'a.example.org:80'])).toEqual([]);
    expect(network(['a.example.org'], ['*.example.org'])).toEqual(['overruled-entry network.egress[0]']);
  });
  it('finds what another entry covers, whatever it is written like', () => {
    expect(codes(read('~/a/**', '~/a/b/*.txt'))).toEqual(['covered-entry filesystem.read[1]']);
    expect(codes(read('~/a/b', '~/a/{b,c}'))).toEqual(['covered-entry filesystem.read[0]']);
    expect(codes(read('~/a', '~/a'))).toEqual(['covered-entry filesystem.read[1]']);
    expect(codes(read('~/a/{b,c}', '~/a/b', '~/a/c'))).toEqual([
      'covered-entry filesystem.read[1]',
      'covered-entry filesystem.read[2]',
    ]);
    expect(codes(read('/usr/share/dict/words'))).toEqual(['covered-entry filesystem.read[0]']);
  });
  it('leaves entries alone that say something of their own', () => {
    expect(codes(read('~/a/*', '~/a/b/c'))).toEqual([]);
    expect(codes({ ...read('/opt/x'), exec: ['/opt/x'] })).toEqual(['covered-entry filesystem.read[0]']);
    expect(codes({ ...read('~/a/**'), require_approval: read('~/a/secret') })).toEqual([]);
  });
  it('finds a grant that is always asked about', () => {
    expect(codes({ ...read('~/a/b'), require_approval: read('~/a/**') })).toEqual([
      'overruled-entry filesystem.read[0]',
    ]);
  });
  it('compares addresses', () => {
    const egress = (...entries: string[]) => codes({ network: { egress: entries } });
    expect(egress('10.0.0.0/8:443', '10.1.2.3:443')).toEqual(['covered-entry network.egress[1]']);
    expect(egress('10.1.2.3:443', '10.0.0.0/8:443')).toEqual(['covered-entry network.egress[0]']);
    expect(egress('10.1.2.3:443', '10.1.2.3:443')).toEqual(['covered-entry network.egress[1]']);
    expect(egress('10.0.0.0/8:443', '10.1.2.3:22')).toEqual([]);
  });
  it('says that protected locations stay closed', () => {
    expect(codes(read('~/.ssh/config'))).toContain('protected-location filesystem.read[0]');
  });
});

describe('lint: errors, files and times', () => {
  it('gives every error with its place and remedy', () => {
    const findings = lint({ exec: ['git', '/a/../b'] });
    expect(findings.map(({ level, code }) => [level, code])).toEqual([
      ['error', 'bad-path'],
      ['error', 'bad-path'],
    ]);
    for (const { line, column, remedy } of findings) {
      expect(line).toBeGreaterThan(1);
      expect(column).toBeGreaterThan(1);
      expect(remedy).not.toBe('');
    }
  });
  it('finds what does not compile', () => {
    expect(lint(read('/a[z-a]'))).toMatchObject([
      { level: 'error', code: 'bad-pattern', pointer: 'permissions.filesystem.read[0]', line: 7 },
    ]);
  });
  it('compares the files, strictly once it is signed', () => {
    const hashes = { 'gone.txt': `sha256:${'a'.repeat(64)}` };
    expect(lint({}, { hashes }, [])).toMatchObject([{ level: 'warning', code: 'missing-file' }]);
    const signature = { algorithm: 'Ed25519', value: 'x', signed_by: 'a' };
    expect(lint({}, { hashes, signature }, [])).toMatchObject([{ level: 'error', code: 'missing-file' }]);
    expect(lint({}, { hashes }, null)).toEqual([]);
  });
  it('knows when a manifest is over, and what is not enforced', () => {
    const only = (more: object, name: string) => lint({}, more).filter(({ code }) => code === name).length;
    expect(only({ expires: '2026-05-01T00:00:00Z' }, 'expired')).toBe(1);
    expect(only({ expires: '2026-06-10T00:00:00Z' }, 'expires-soon')).toBe(1);
    expect(only({ expires: '2027-06-01T00:00:00Z' }, 'expired')).toBe(0);
    expect(only({ created: '2026-06-02T00:00:00Z' }, 'not-yet-valid')).toBe(1);
    expect(only({ mode: 'audit' }, 'not-enforced')).toBe(1);
    expect(only({ mode: 'enforce' }, 'not-enforced')).toBe(0);
  });
});

describe('lint: what acts for the person', () => {
  const connect = (...entries: string[]) => ({ unix_sockets: { connect: entries } });

  it('says what a deputy lets the skill do, and which is as good as root', () => {
    const findings = lint(connect('docker', 'ssh-agent', 'system-log', '/run/mysqld/mysqld.sock', '@name'));
    expect(findings.map(({ code, pointer }) => [code, pointer])).toEqual([
      ['root-equivalent', 'permissions.unix_sockets.connect[0]'],
      ['acts-for-person', 'permissions.unix_sockets.connect[1]'],
    ]);
    expect(findings[0]?.message).toContain('be root on this machine');
  });
  it('knows that the path of a deputy opens nothing', () => {
    const [finding] = lint(connect('/run/docker.sock'));
    expect(finding).toMatchObject({ code: 'overruled-entry', pointer: 'permissions.unix_sockets.connect[0]' });
    expect(finding?.message).toContain('“docker”, which is opened by name alone,');
  });
  it('refuses what nothing opens', () => {
    expect(codes(connect('x11'))).toEqual(['bad-socket unix_sockets.connect[0]']);
    expect(codes({ ...connect('podman', '/run/user/*/**'), broad: true })).toContain(
      'bad-socket unix_sockets.connect[1]',
    );
  });
});
