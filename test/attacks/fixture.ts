import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, linkSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Case } from './attack.ts';
import { areaOf, grantedOf, HOME, NEAR_NAMES, STRANGERS_SECRET, VAULT_TOP, WORK } from './places.ts';

/** No real key: the attacks look for the marker in it. Long enough that truncation shows. */
export const SECRET = `-----BEGIN OPENSSH PRIVATE KEY-----\nringfence-fake-secret ${'not a key '.repeat(8)}\n-----END OPENSSH PRIVATE KEY-----\n`;

const DEV = 1000;
const DEEP = { 'deep-path': 48, 'deeper-than-limit': 80 };
const PAYLOADS = ['tmpfs-mount', 'bubblewrap-exec'];
const OVERLONG_LEVELS = 18;

/** Makes the victim's and the agent's directories afresh. Needs root; `programs` holds the compiled programs. */
export function makeFixture(cases: readonly Case[], programs: string): void {
  const kept = [WORK, join(HOME, 'vault'), join(HOME, '.ssh')];
  for (const place of kept) mkdirSync(place, { mode: 0o700, recursive: true });
  // Emptied, not made anew: the guard knows ~/.ssh by its identity. (Node cannot remove paths beyond PATH_MAX.)
  execFileSync('find', [...kept, '-mindepth', '1', '-delete']);
  execFileSync('rm', ['-rf', VAULT_TOP]);
  for (const one of cases) makeCase(one, programs);
  mkdirSync(dirname(STRANGERS_SECRET));
  writeFileSync(STRANGERS_SECRET, SECRET, { mode: 0o600 });
  setAttributes(cases);
  const places = [...kept, VAULT_TOP].filter((place) => existsSync(place));
  execFileSync('chown', ['-R', `${DEV}:${DEV}`, ...places]);
}

function makeCase(one: Case, programs: string): void {
  const area = areaOf(one);
  const granted = grantedOf(one);
  mkdirSync(granted, { recursive: true });
  mkdirSync(join(area, 'keys'), { recursive: true, mode: 0o700 });
  mkdirSync(join(area, 'empty'), { recursive: true });
  writeFileSync(join(area, 'id_rsa'), SECRET, { mode: 0o600 });
  writeFileSync(join(area, 'keys', 'id_rsa'), SECRET, { mode: 0o600 });
  makeSpecial(one, area, granted);
  if (one.attack.name.startsWith('exec-') || PAYLOADS.includes(one.attack.name)) copyPayloads(granted, programs);
}

function makeSpecial(one: Case, area: string, granted: string): void {
  switch (one.attack.name) {
    case 'hardlink-old':
      linkSync(join(area, 'id_rsa'), join(granted, 'old-link'));
      break;
    case 'directory-move':
      mkdirSync(join(area, 'repository', 'git', 'hooks'), { recursive: true });
      break;
    case 'deep-path':
    case 'deeper-than-limit': {
      const deep = `${area}${'/d'.repeat(DEEP[one.attack.name])}`;
      mkdirSync(deep, { recursive: true });
      writeFileSync(join(deep, 'id_rsa'), SECRET);
      break;
    }
    case 'overlong-path':
      makeOverlong(area);
      break;
    case 'git-hook':
      mkdirSync(join(area, '.git', 'hooks'), { recursive: true });
      break;
    case 'editor-tasks':
      mkdirSync(join(area, '.vscode'));
      break;
    case 'agent-settings':
    case 'agent-settings-link':
      mkdirSync(join(area, '.claude'));
      break;
    case 'agent-memory':
      writeFileSync(join(area, 'SOUL.md'), 'Be kind.\n');
      break;
    case 'project-secrets':
      writeFileSync(join(area, '.env'), SECRET);
      break;
    case 'near-name':
      for (const name of Object.values(NEAR_NAMES)) writeFileSync(join(area, name), SECRET);
      break;
  }
}

/** Of files, by those who have a library for it: Node has none. The access list lets the user 65534 read. */
const SET_ATTRIBUTES = `
import os, struct, sys
entries = [(1, 7, 0xffffffff), (2, 4, 65534), (4, 0, 0xffffffff), (16, 4, 0xffffffff), (32, 0, 0xffffffff)]
for path in sys.argv[1:]:
    if path.endswith("/keys"):
        os.setxattr(path, "system.posix_acl_access", struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *e) for e in entries))
    else:
        os.setxattr(path, "user.origin", b"x")
`;
const WITH_ATTRIBUTES: Readonly<Record<string, string>> = {
  'attribute-remove': 'id_rsa',
  'access-list-remove': 'keys',
};

function setAttributes(cases: readonly Case[]): void {
  const paths = cases.flatMap((one) => {
    const name = WITH_ATTRIBUTES[one.attack.name];
    return name === undefined ? [] : [join(areaOf(one), name)];
  });
  execFileSync('/usr/bin/python3', ['-I', '-c', SET_ATTRIBUTES, ...paths]);
}

/** More than PATH_MAX: only reachable step by step. */
function makeOverlong(area: string): void {
  const before = process.cwd();
  process.chdir(area);
  for (let level = 0; level < OVERLONG_LEVELS; level++) {
    mkdirSync('n'.repeat(255));
    process.chdir('n'.repeat(255));
  }
  writeFileSync('id_rsa', SECRET);
  process.chdir(before);
}

function copyPayloads(granted: string, programs: string): void {
  for (const name of ['payload', 'payload-dynamic', 'interpreter']) {
    copyFileSync(join(programs, name), join(granted, name));
    chmodSync(join(granted, name), 0o755);
  }
  const script = join(granted, 'script');
  writeFileSync(script, `#!${granted}/interpreter\n`, { mode: 0o755 });
}
