/** The agent and its skills as the tests of this part have them: what lies where, and who may read what. */
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { give, HOME, ringfence, type Said, skill, startAsDev } from '../installed.ts';

export const RINGFENCE = '/opt/ringfence/bin/ringfence';
export const WORK = `${HOME}/w`;
export const COPY = `${WORK}/copy`;
export const TOOL = `${HOME}/skills/tool`;
export const OTHER = `${HOME}/skills/other`;

/** Files that both may read, the agent alone, and the skill alone. */
export const FILES = [`${WORK}/both/file`, `${WORK}/agents/file`, `${HOME}/skills-own/file`] as const;
/** What a process that is bound, or is not, can read of them. */
export const BOUND = 'yes no no';
export const UNBOUND = 'yes yes no';

/** Of loopback: what answers, and what is only granted. */
export const PORTS = { both: 7101, agents: 7102, skills: 7103, listened: 7110 } as const;
/** What the names of abstract sockets begin with. */
export const ABSTRACT = 'skills-test-';

/** Whatever Node the machine has, this one is there: as if its user had brought it along. */
const NODE_PLACE = '/opt/ringfence/runtime/bin';

const PROGRAMS = [
  `${NODE_PLACE}/node`,
  '/usr/bin/*',
  '/bin/*',
  '/usr/lib/x86_64-linux-gnu/*',
  '/lib64/*',
  '/usr/lib64/*',
];

export const AGENT = {
  exec: [...PROGRAMS, '~/skills/**', '~/w/**'],
  filesystem: { read: ['~/w/**', '~/skills/**'], write: ['~/w/**', '~/skills/tool/added/*'] },
  network: {
    egress: [`127.0.0.1:${PORTS.both}`, `127.0.0.1:${PORTS.agents}`],
    listen: [`127.0.0.1:${PORTS.listened}`],
  },
  unix_sockets: { connect: ['~/w/sockets/*', `@${ABSTRACT}*`] },
};
export const SKILL = {
  exec: [...PROGRAMS, '$SKILL/**', '~/w/copy/*', '~/skills/other/**'],
  filesystem: {
    read: ['$SKILL/**', '~/w/both/**', '~/w/copy/**', '~/w/link', '~/skills-own/**', '~/skills/other/**'],
    write: ['~/w/both/**'],
  },
  network: { egress: [`127.0.0.1:${PORTS.both}`, `127.0.0.1:${PORTS.skills}`] },
  unix_sockets: { connect: ['~/w/sockets/both', `@${ABSTRACT}both`] },
};

const PYTHON = `import sys
def may(path):
    try:
        open(path).close()
        return 'yes'
    except OSError:
        return 'no'
print(sys.argv[1], *(may(path) for path in sys.argv[2:]), flush=True)
`;
const NODE = (module: string) => `${module}
const may = (path) => { try { fs.closeSync(fs.openSync(path)); return 'yes'; } catch { return 'no'; } };
console.log(process.argv[2], ...process.argv.slice(3).map(may));
`;
const SHELL = `name=$1; shift; said=
for path; do if (: < "$path") 2>/dev/null; then said="$said yes"; else said="$said no"; fi; done
echo "$name$said"
`;
const PERL = `my $name = shift; print join(' ', $name, map { open(my $f, '<', $_) ? 'yes' : 'no' } @ARGV), "\\n";
`;

const ACT = `import ctypes, os, socket, sys, time
libc = ctypes.CDLL(None, use_errno=True)
def connect(family, kind, address):
    with socket.socket(family, kind) as one:
        one.settimeout(60)
        one.connect(address)
def send(port):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.sendto(b'x', ('127.0.0.1', int(port)))
def listen(port):
    with socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        one.bind(('127.0.0.1', int(port)))
        one.listen()
def serve(path):
    one = socket.socket(socket.AF_UNIX)
    one.bind(path)
    one.listen()
    one.settimeout(120)
    one.accept()
def exchange(one, other):
    if libc.renameat2(-100, one.encode(), -100, other.encode(), 2):
        raise OSError(ctypes.get_errno(), 'renameat2')
def run(path):
    pid = os.posix_spawn(path, [path], {})
    os.waitpid(pid, 0)
DEEDS = {
    'tcp': lambda port: connect(socket.AF_INET, socket.SOCK_STREAM, ('127.0.0.1', int(port))),
    'name': lambda name, port: connect(socket.AF_INET, socket.SOCK_STREAM, (socket.gethostbyname(name), int(port))),
    'address': lambda address, port: connect(socket.AF_INET, socket.SOCK_STREAM, (address, int(port))),
    'unix': lambda path: connect(socket.AF_UNIX, socket.SOCK_STREAM, path),
    'abstract': lambda name: connect(socket.AF_UNIX, socket.SOCK_STREAM, '\\0' + name),
    'send': send, 'listen': listen, 'serve': serve, 'exchange': exchange, 'run': run,
    'read': lambda path: open(path).close(),
    'write': lambda path: open(path, 'w').close(),
    'rename': os.rename, 'link': os.link, 'mkdir': os.mkdir, 'chmod': lambda path: os.chmod(path, 0o600),
}
def act(name, deed, *words):
    try:
        DEEDS[deed](*words)
        print(name, 0, flush=True)
    except OSError as error:
        print(name, error.errno, flush=True)
if sys.argv[1] == 'all':
    for line in open(sys.argv[2]).read().splitlines():
        act(*line.split())
else:
    act(*sys.argv[1:])
`;

/** Programs that say what they can read, as a skill brings them along. */
const CONTENTS: Readonly<Record<string, string>> = {
  'probe.py': PYTHON,
  '__main__.py': PYTHON,
  'module.py': 'answer = 42\n',
  'direct.py': `#!/usr/bin/python3\n${PYTHON}`,
  'through-env.py': `#!/usr/bin/env python3\n${PYTHON}`,
  'act.py': ACT,
  'probe.mjs': NODE("import fs from 'node:fs';"),
  'probe.cjs': NODE("const fs = require('node:fs');"),
  'bare.js': NODE("const fs = require('node:fs');"),
  'main.cjs': 'module.exports = 42;\n',
  'cli.cjs': 'module.exports = 42;\n',
  'SKILL.md': '# What it is for\n',
  // a program without a first line that says whose
  plain: SHELL,
  // named like what loaders and interpreters open by themselves
  'libc.so.6': PYTHON,
  'ld.so.cache': SHELL,
  'package.js': NODE("const fs = require('node:fs');"),
  'x86_64-linux-gnu/libc.so.6': PYTHON,
  'added/keep': '',
  'probe.sh': SHELL,
  'probe.pl': PERL,
  'sub/inner.py': PYTHON,
  'starts.sh': `python3 ${COPY}/probe.py "$@"\n`,
  'becomes.sh': `exec python3 ${COPY}/probe.py "$@"\n`,
  'runs.sh': '"$@"\n',
};

/** Each is newer than the one before. */
let versions = 0;

/** A signed skill with these programs; its folder. */
export function writeSkill(
  name: string,
  permissions: object,
  programs: string,
  files: Readonly<Record<string, string>> = {},
  more: object = {},
): string {
  const folder = join(HOME, 'skills', name);
  rmSync(folder, { recursive: true, force: true });
  for (const [file, content] of Object.entries({ ...CONTENTS, ...files })) give(join(folder, file), content);
  copyPrograms(folder, programs);
  for (const file of ['direct.py', 'through-env.py', 'plain']) chmodSync(join(folder, file), 0o755);
  signSkill(name, permissions, more);
  return folder;
}

/** Writes and signs the manifest of a skill that is there. */
export function signSkill(name: string, permissions: object, more: object = {}): void {
  const manifest = join(HOME, 'skills', name, 'clawmanifest.json');
  versions += 1;
  give(manifest, JSON.stringify({ skill_id: name, version: `1.0.${versions}`, permissions, hashes: {}, ...more }));
  const signed = ringfence('manifest', 'sign', manifest);
  if (signed.status !== 0) throw new Error(signed.stderr);
}

let agents: string | null = null;

/** The agent's own manifest, written once. */
export function agentsManifest(): string {
  agents ??= skill('agent', AGENT);
  return agents;
}

function copyPrograms(folder: string, programs: string): void {
  for (const program of ['probe', 'snoop']) {
    copyFileSync(join(programs, program), join(folder, program));
    chmodSync(join(folder, program), 0o755);
  }
}

/** What is in nobody's skill. */
export function makeWork(programs: string): void {
  for (const file of FILES) give(file, 'text\n');
  for (const [file, content] of Object.entries(CONTENTS)) give(join(COPY, file), content);
  copyPrograms(COPY, programs);
  mkdirSync(`${WORK}/asked`, { recursive: true });
  symlinkSync(TOOL, `${WORK}/link`);
  for (const ending of ['py', 'sh']) symlinkSync(`${TOOL}/probe.${ending}`, `${WORK}/named-otherwise.${ending}`);
  writeFileSync(`${COPY}/requires.cjs`, `require('${TOOL}/main.cjs');\n${NODE("const fs = require('node:fs');")}`);
  // named like the skill's own, which it requires
  mkdirSync(`${COPY}/same`, { recursive: true });
  writeFileSync(`${COPY}/same/main.cjs`, `require('${TOOL}/main.cjs');\n${NODE("const fs = require('node:fs');")}`);
  makeReaders();
  makeManaged();
  give(`${HOME}/skills/package.json`, '{}\n');
  execFileSync('chown', ['-hR', '1000:1000', HOME]);
}

/** Programs of the agent's that read a skill, as agents do, and what leads to them. */
function makeReaders(): void {
  const required = (file: string) => `require('${TOOL}/${file}');\n`;
  const fs = NODE("const fs = require('node:fs');\nfs.readFileSync('SKILL');".replace('SKILL', `${TOOL}/SKILL.md`));
  give(`${COPY}/reads.cjs`, fs);
  give(`${COPY}/app/index.js`, fs);
  give(`${COPY}/lib/cli.cjs`, `${required('cli.cjs')}${fs}`);
  mkdirSync(`${COPY}/bin`, { recursive: true });
  symlinkSync('../lib/cli.cjs', `${COPY}/bin/named-cli`);
  give(`${COPY}/reads.py`, `open('${TOOL}/SKILL.md').read()\n${PYTHON}`);
  give(`${COPY}/reads.sh`, `read -r line < ${TOOL}/SKILL.md\n${SHELL}`);
  give(`${COPY}/foreign`, `#!${TOOL}/probe through-skill\n`);
  chmodSync(`${COPY}/foreign`, 0o755);
}

/** Where version managers keep them: no PATH leads there. */
function makeManaged(): void {
  mkdirSync(`${WORK}/versions`, { recursive: true });
  copyFileSync('/usr/bin/python3', `${WORK}/versions/python3.99`);
  copyFileSync('/bin/bash', `${WORK}/versions/bash`);
}

/** The command in a session of its own with these skills. */
export function agent(
  manifest: string,
  skills: readonly string[],
  command: readonly string[],
): { readonly ended: Promise<Said> } {
  const named = skills.flatMap((folder) => ['--skill', folder]);
  return startAsDev([
    'env',
    `PATH=${NODE_PLACE}:/usr/bin:/bin`,
    RINGFENCE,
    'run',
    '--manifest',
    manifest,
    ...named,
    '--',
    ...command,
  ]);
}

/** What each probe has said, by its name. */
export function sayings(stdout: string): Map<string, string> {
  return new Map(
    stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]),
  );
}
