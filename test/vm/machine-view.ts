import { shellWord } from './shell-words.ts';

/** Folders of the machine's root that hold its software; all else does not exist in the guest. */
export const SOFTWARE = ['/usr', '/etc', '/opt', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'];

export type View = {
  /** An empty folder of this machine over which the view is put. */
  directory: string;
  shown: readonly string[];
  hidden: readonly string[];
};

/**
 * A script for a mount namespace of its own: puts together what the guest may see of this machine, read-only, and goes
 * over to `program`. The guest's root may mount the file server's folder again as it likes: there is nothing more in it.
 */
export function viewScript(view: View, program: readonly string[]): string {
  const calls = (name: string, paths: readonly string[]) =>
    paths.map((path) => `${name} ${shellWord(path)}\n`).join('');
  return [
    `set -e\nview=${shellWord(view.directory)}\n`,
    FUNCTIONS,
    calls('place', view.shown),
    calls('show', shortestFirst(view.shown)),
    calls('hide', view.hidden),
    'seal\n',
    PRIVATE_RUN,
    `exec ${program.map(shellWord).join(' ')}\n`,
  ].join('');
}

/** A folder shown later would cover what lies below it. */
function shortestFirst(paths: readonly string[]): string[] {
  return [...paths].sort((one, other) => one.length - other.length);
}

/** virtiofsd writes its pid below /run, where not everyone may and where it would stay. */
const PRIVATE_RUN = 'mount -t tmpfs -o mode=755 run /run\n';

const FUNCTIONS = `
nothing="$view.nothing"
: >"$nothing"
mount -t tmpfs -o mode=755 view "$view"
# A folder that is shown may hold the view itself: it must not be shown again inside.
mount --make-unbindable "$view"

# place PATH: makes the place where PATH will be shown. For all paths before anything of the machine is there, so that
# every write goes to the view's own memory and none through a folder already shown to the machine's files.
place() {
  if [ -L "$1" ]; then
    cp -P "$1" "$view$1"
  elif [ -d "$1" ]; then
    mkdir -p "$view$1"
  elif [ -e "$1" ]; then
    mkdir -p "$view\${1%/*}"
    : >"$view$1"
  fi
}

show() {
  if [ -L "$1" ]; then
    return 0
  elif [ -d "$1" ]; then
    mount --rbind "$1" "$view$1"
  elif [ -e "$1" ]; then
    mount --bind "$1" "$view$1"
  fi
}

hide() {
  if [ -L "$view$1" ]; then
    return 0
  elif [ -d "$view$1" ]; then
    mount -t tmpfs -o ro,mode=755 hidden "$view$1"
  elif [ -e "$view$1" ]; then
    mount --bind "$nothing" "$view$1"
  fi
}

# Every mount of the view one by one, with the flags it has: read-only is no matter of the topmost.
seal() {
  while read -r id parent device root target flags rest; do
    target=$(printf '%b' "$(printf '%s' "$target" | sed 's/\\\\/\\\\0/g')")
    case $target in
      "$view" | "$view"/*) mount -o "remount,bind,ro\${flags#r[ow]}" "$target" ;;
    esac
  done </proc/self/mountinfo
}
`;
