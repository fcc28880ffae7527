/** Words that manifests are made of, right ones and those that have been trouble elsewhere. */

export const PATHS = [
  '/usr/bin/git',
  '/usr/bin/python3',
  '~/Maildir/**',
  '~',
  '/',
  '/tmp/x',
  '~/.config/app/*.json',
  '$WORKSPACE/**',
  '$WORKSPACE',
  '$SKILL/data/[a-z]*',
  '$TMPDIR/x-{a,b}',
  '/srv/café/**',
  '/opt/a b/c',
  '/var/lib/{x,y/z}/**',
  '/a/**/b/?',
  '/tmp/...',
] as const;

export const NASTY_PATHS = [
  '',
  '*',
  '**',
  '/**',
  '//',
  '/a/',
  '/a//b',
  '/a/../b',
  '/..',
  '~/../x',
  '$SKILL/..',
  '$WORKSPACE/../../etc/**',
  '/a/..',
  '/a/**/../b',
  '/./a',
  '~bob/x',
  '$HOME/x',
  '$WORKSPACE2/x',
  'relative',
  '../x',
  '/a\u0000b',
  '/a\u202eb',
  '/a\u200bb',
  '/a\u2028b',
  '/a\nb',
  '/[',
  '/[z-a]',
  '/{a',
  '/{a}',
  '/a]b',
  '/a***b',
  '/a**',
  '/\\',
  '/!(x)',
  `/${'a'.repeat(300)}`,
  `/${'a/'.repeat(70)}a`,
  `/${'é'.repeat(2100)}`,
  '/{a,b}{c,d}{e,f}{g,h}/{i,j/k}{l,m/n}{o,p/q}{r,s/t}{u,v/w}',
] as const;

/** What `unix_sockets.connect` may name beside paths. */
export const SOCKETS = [
  'ssh-agent',
  'docker',
  'notifications',
  'tmux',
  '@app/*',
  '@app-1',
  '@npm',
  `@${'a'.repeat(107)}`,
  '/run/user/1000/app.sock',
  '~/.app/socket',
] as const;

export const NASTY_SOCKETS = [
  'session-bus',
  'x11',
  'wayland',
  'systemd-user',
  'ssh-agent/',
  'SSH-AGENT',
  'a\u202eb',
  '@',
  '@*',
  '@a\u200b',
  '@a\u0000b',
  `@${'a'.repeat(108)}`,
  `@${'é'.repeat(54)}`,
  'relative/socket',
  '/a/../socket',
] as const;

export const ADDRESSES = [
  'api.example.com',
  'api.example.com:8443',
  '*.example.org',
  '192.0.2.1',
  '192.0.2.1:22',
  '192.0.2.1:8000-8100/tcp',
  '[2001:db8::1]:*/udp',
  '@npm',
  '10.0.0.0/8:5432',
  '[2001:db8::1]:443',
  '[2001:db8::/32]:80',
  '127.0.0.1:8080',
  'xn--bcher-kva.example',
  'localhost:3000',
] as const;

export const NASTY_ADDRESSES = [
  '',
  '*',
  '0.0.0.0/0',
  '[::]/0',
  '[::/0]:1',
  'EXAMPLE.com',
  'example.com.',
  'bücher.example',
  'a..b',
  '-a.b',
  'https://example.com/x',
  'example.com:0',
  'example.com:65536',
  'example.com:080',
  '1.2.3',
  '1.2.3.4.5',
  '01.2.3.4',
  '1.2.3.4/33',
  '1.2.3.4/8',
  '0x7f.1',
  '2130706433',
  '::1',
  '[::ffff:1.2.3.4]:1',
  '[::ffff:102:304]:1',
  '[fe80::1%eth0]:1',
  'a.com\u0000.b.com',
  'a\u202e.com',
  'a b.com',
  '@NPM',
  '@npm:443',
  '192.0.2.1:9-1',
  '192.0.2.1:1-65536',
  '192.0.2.1:1/icmp',
  '*.com',
  'a.*.com',
  `${'a'.repeat(64)}.com`,
  `${'a.'.repeat(127)}com`,
] as const;

export const LISTENING = [
  '127.0.0.1:3000',
  '*:8000-8010/tcp',
  '[::1]:53/udp',
  '0.0.0.0/0:80',
  '*:*',
  '10.0.0.1:1',
] as const;

export const DENIED = [
  '10.0.0.0/8',
  '192.0.2.1:22/tcp',
  '[2001:db8::]/32',
  '[2001:db8::/32]:80',
  '169.254.169.254',
] as const;

/** Content of programs, as sha256sum prints it. */
export const CONTENTS = ['ab'.repeat(32), 'cd'.repeat(32), '0'.repeat(64)] as const;

export const NASTY_CONTENTS = ['AB'.repeat(32), 'ab', `sha256:${'ab'.repeat(32)}`] as const;

export const PUBLIC_KEYS = [
  'ringfence-ed25519 11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo= alice',
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea alice@example.org',
] as const;

export const NASTY_PUBLIC_KEYS = [
  'ringfence-ed25519 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= nobody',
  'ringfence-ed25519 11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo= a\u202eb',
  'ssh-ed25519 AAAA bob',
  'ssh-\u202e AAAA bob',
  'untrusted comment: x',
  '',
] as const;

export const AGENTS = ['claude', 'codex', 'openclaw', 'a b'] as const;

export const LABELS = ['mail-helper', '1.0.0', 'Alice Example', 's', 'a b', 'ä', '日本', 'v2', 'x'.repeat(64)] as const;

export const NASTY_LABELS = [
  '',
  ' a',
  'a ',
  'a\u202eb',
  '\u0000',
  'a\nb',
  '\u200b',
  '\ufeffx',
  'x'.repeat(129),
  '\ud800',
  'e\u0301',
  '\u{e0041}',
  '\u115f',
  '__proto__',
] as const;

export const HASHES = [
  `sha256:${'ab'.repeat(32)}`,
  `sha256:${'0'.repeat(64)}`,
  `sha256:${'e3b0c442'.repeat(8)}`,
  'sha256:e3b0c4...',
  `SHA256:${'ab'.repeat(32)}`,
  `sha512:${'ab'.repeat(64)}`,
] as const;

export const SKILL_PATHS = ['SKILL.md', 'scripts/run.sh', 'a', 'lib/x.py', 'b c', 'ü.txt', 'constructor'] as const;

export const NASTY_SKILL_PATHS = [
  '',
  '/abs',
  '../x',
  'a/../b',
  './a',
  'a//b',
  'a/',
  'a\u202eb',
  '\u0000',
  '.',
] as const;

export const DATES = ['2026-01-01T00:00:00Z', '2030-12-31T23:59:59Z', '2028-02-29T12:00:00.5Z'] as const;

export const NASTY_DATES = ['2026-02-30T00:00:00Z', '2026-01-01', 'tomorrow'] as const;

export const ENVIRONMENT = ['PATH', 'HOME', 'LANG', 'LD_PRELOAD', 'LC_*'] as const;

export const NASTY_ENVIRONMENT = ['A=B', '', 'X*Y', '*', 'a\u202eb', '1A'] as const;

export const NAMES = [
  'skill_id',
  'permissions',
  'filesystem',
  'read',
  'write',
  'deny',
  'network',
  'egress',
  'exec',
  'hashes',
  'signature',
  'critical',
  'x_note',
  'constructor',
  'toString',
  'hasOwnProperty',
  'toJSON',
  '',
  'a b',
  '0',
  '1',
  'é',
  '\u{1f600}',
] as const;

/** Numbers as they stand in a text, most of them not in a manifest. */
export const NUMBERS = [
  '0',
  '1',
  '-1',
  '600',
  '9007199254740991',
  '-9007199254740991',
  '9007199254740992',
  '9007199254740993',
  '-9007199254740992',
  '-0',
  '0.0',
  '1.0',
  '1e0',
  '1E400',
  '1e-400',
  '-1e400',
  '01',
  '00',
  '1.',
  '.1',
  '+1',
  '0x10',
  '1_000',
  'NaN',
  'Infinity',
  '-',
  '1e',
  `1${'0'.repeat(400)}`,
  `0.${'0'.repeat(400)}1`,
] as const;

/** Bytes that have confused readers of text. */
export const BYTE_RUNS: readonly (readonly number[])[] = [
  [0xef, 0xbb, 0xbf],
  [0xff, 0xfe],
  [0xfe, 0xff],
  [0xc0, 0xaf],
  [0xc1, 0x81],
  [0xe0, 0x80, 0xaf],
  [0xf0, 0x80, 0x80, 0xaf],
  [0xed, 0xa0, 0x80],
  [0xed, 0xbf, 0xbf],
  [0xf4, 0x90, 0x80, 0x80],
  [0xf8, 0x88, 0x80, 0x80, 0x80],
  [0x80],
  [0xbf],
  [0xc2],
  [0xe2, 0x80],
  [0x00],
  [0x1b, 0x5b, 0x41],
  [0x7f],
  [0xc2, 0x85],
  [0xe2, 0x80, 0xa8],
  [0xe2, 0x80, 0xae],
  [0xc2, 0xa0],
  [0x22],
  [0x5c],
  [0x5c, 0x75],
  [0x2c, 0x7d],
  [0x2c],
  [0x7b],
  [0x5b],
  [0x2f, 0x2f],
];

/** Pieces of text that stand in the wrong place. */
export const TOKENS = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '\\',
  '\\u',
  '\\ud800',
  '\\udc00\\ud800',
  '\\x41',
  '\\u00',
  '"\\u00',
  '"\\u',
  'true',
  'false',
  'null',
  'True',
  'undefined',
  "'a'",
  '/* c */',
  '// c\n',
  ' ',
  '\n',
  '\t',
  '\r',
  '\v',
  '\u00a0',
  '\u2028',
  '\ufeff',
  '\u0000',
  '"__proto__":1,',
  '"\\u005f_proto__":{},',
  '"skill_id":"again",',
  '"\\u0073kill_id":"again",',
] as const;
