import { describe, expect, it } from 'vitest';
import { loadLocations } from '../policy/locations.ts';
import { policyFromManifest } from '../policy/policy-from-manifest.ts';
import { parseEvent, parseEventLines } from './event.ts';
import { explainManifest } from './explain.ts';
import { judgeEvent } from './judge-event.ts';
import { NOMINAL_CONTEXT } from './nominal-context.ts';
import type { Manifest } from './schema.ts';

const manifest: Manifest = {
  skill_id: 'mail',
  version: '1',
  hashes: {},
  on_violation: 'kill',
  limits: { processes: 20 },
  permissions: {
    filesystem: { read: ['~/Maildir/**', '~/**/notes'], write: ['$WORKSPACE/**'], deny: ['$WORKSPACE/.git/**'] },
    network: { egress: ['192.0.2.1:443', 'a.example'], listen: ['127.0.0.1:3000'] },
    unix_sockets: { connect: ['gpg-agent', '@name'] },
    exec: ['/usr/bin/git'],
    env: { pass: ['LANG'] },
    require_approval: { filesystem: { read: ['~/Maildir/secret'] }, classes: ['exec:new'] },
  },
};

function judge(text: string): string {
  const event = parseEvent(text, NOMINAL_CONTEXT);
  const policy = policyFromManifest(manifest, NOMINAL_CONTEXT);
  if (!event.ok) return event.error.message;
  if (!policy.ok) return policy.error.message;
  const { decision, origin } = judgeEvent(policy.value, loadLocations(NOMINAL_CONTEXT.home), event.value);
  return [decision.verdict, decision.reason, ...(origin === null ? [] : [origin.pointer])].join(' ');
}

describe('judgeEvent', () => {
  it.each([
    ['read ~/Maildir/new/1', 'allow rule permissions.filesystem.read[0]'],
    ['read ~/Maildir', 'allow rule permissions.filesystem.read[0]'],
    ['read ~/Maildir2', 'kill no-rule'],
    ['read ~/Maildir/../.bashrc', 'kill no-rule'],
    ['read ~/Maildir/with a space', 'allow rule permissions.filesystem.read[0]'],
    ['read "~/Maildir/with a space"', 'allow rule permissions.filesystem.read[0]'],
    ['read ~/Maildir/secret', 'require_approval rule permissions.require_approval.filesystem.read[0]'],
    ['read ~/.ssh/notes', 'kill location'],
    ['write $WORKSPACE/.git/hooks/x', 'kill rule permissions.filesystem.deny[0]'],
    ['create $WORKSPACE/a', 'allow rule permissions.filesystem.write[0]'],
    ['exec /usr/bin/git', 'allow rule permissions.exec[0]'],
    ['exec /usr/bin/other', 'require_approval no-rule'],
    ['rename $WORKSPACE/a $WORKSPACE/b', 'allow rule permissions.filesystem.write[0]'],
    ['rename $WORKSPACE/a/ $WORKSPACE/.git/hooks/', 'kill rule permissions.filesystem.deny[0]'],
    ['rename "$WORKSPACE/a b" ~/c', 'kill no-rule'],
    ['connect 192.0.2.1:443', 'allow rule permissions.network.egress[0]'],
    ['connect 192.0.2.1:443/udp', 'allow rule permissions.network.egress[0]'],
    ['connect 192.0.2.1:80', 'kill no-rule'],
    ['connect [2001:db8::1]:443', 'kill no-rule'],
    ['listen 127.0.0.1:3000', 'allow rule permissions.network.listen[0]'],
    ['listen localhost:3001', 'kill no-rule'],
    ['connect /run/x.sock', 'kill no-rule'],
    ['connect a.example:443', 'allow rule permissions.network.egress[1]'],
    ['connect a.example:80', 'kill no-rule'],
    ['connect b.a.example:443', 'kill no-rule'],
    ['connect *.example:443', '“*.example” is no address'],
    ['listen a.example:443', '“a.example” is no address'],
    ['connect /run/docker.sock', 'kill rule deputies.docker'],
    ['connect /run/user/1000/gnupg/S.gpg-agent', 'require_approval rule permissions.unix_sockets.connect[0]'],
    ['connect @name', 'allow rule permissions.unix_sockets.connect[1]'],
    ['connect @name-', 'kill no-rule'],
    ['connect @/tmp/.X11-unix/X0', 'kill rule deputies.x11'],
    ['connect @', '“@” is no name of a socket'],
    ['connect 192.0.2.1', '“192.0.2.1” is no address with a port'],
    ['connect 192.0.2.1:70000', '“192.0.2.1:70000” is no address with a port'],
    ['read notes', '“notes” is no whole path'],
    ['rename ~/a', '“rename ~/a” does not name two paths'],
    ['fly ~/a', '“fly ~/a” is no event'],
    ['read', '“read” is no event'],
  ])('%s: %s', (text, answer) => expect(judge(text)).toBe(answer));
});

describe('parseEventLines', () => {
  it('reads events and what is expected of them', () => {
    const text = '{"event": "read ~/a", "expect": "ask"}\n\n{"event": "read ~/b"}\n';
    expect(parseEventLines(text)).toEqual({
      ok: true,
      value: [
        { text: 'read ~/a', expect: 'require_approval' },
        { text: 'read ~/b', expect: null },
      ],
    });
  });
  it.each(['{', '[]', '{"event": 1}', '{"event": "x", "expected": "block"}', '{"event": "x", "expect": "no"}'])(
    'refuses %s',
    (line) =>
      expect(parseEventLines(`{"event": "read ~/a"}\n${line}`)).toMatchObject({
        ok: false,
        error: { message: expect.stringMatching(/^line 2: /) },
      }),
  );
});

describe('explainManifest', () => {
  const explained = explainManifest(manifest, NOMINAL_CONTEXT);
  const sections = explained.ok ? explained.value : [];
  const textOf = (title: string) =>
    sections.find((section) => section.title.includes(title))?.lines.map(({ text }) => text) ?? [];

  it('tells every entry of the permissions, with its place', () => {
    const pointers = sections.flatMap(({ lines }) => lines.map(({ pointer }) => pointer));
    expect(pointers).toEqual(
      expect.arrayContaining([
        'permissions.filesystem.read[0]',
        'permissions.filesystem.read[1]',
        'permissions.filesystem.write[0]',
        'permissions.filesystem.deny[0]',
        'permissions.network.egress[0]',
        'permissions.network.egress[1]',
        'permissions.network.listen[0]',
        'permissions.exec[0]',
        'permissions.env.pass',
        'permissions.require_approval.filesystem.read[0]',
        'limits.processes',
        'on_violation',
      ]),
    );
  });
  it('says it in words', () => {
    expect(textOf('Refused')).toEqual(['touch $WORKSPACE/.git/** (/workspace/.git/**)']);
    expect(textOf('Asked')).toContain('read ~/Maildir/secret (/home/user/Maildir/secret)');
    expect(textOf('4. Allowed')).toContain('connect to 192.0.2.1 at port 443');
    expect(textOf('Whatever no rule names')).toContain('to run is asked about');
    expect(textOf('Never').join()).toContain('/home/user/.ssh');
    expect(textOf('Never').join()).toContain('may not speak to x11: it could see the screen');
    expect(textOf('Asked')).toContain("speak to gpg-agent: it may then sign and decrypt with the person's GnuPG keys");
    expect(textOf('4. Allowed')).toContain('connect to @name, a socket without a file');
    expect(textOf('Whatever no rule names').join()).toMatch(/to speak to .*docker.* is refused/);
    expect(textOf('every skill').length).toBeGreaterThan(5);
  });
});
