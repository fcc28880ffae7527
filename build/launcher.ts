/** What makes Node run or load other code than it was told to. */
const STEERS_NODE = ['NODE_OPTIONS', 'NODE_COMPILE_CACHE', 'NODE_PATH', 'OPENSSL_CONF'];

/**
 * The desktop app. Chromium keeps in temporary files what pages are painted in and what they are told by: agents write in `/dev/shm` and `/tmp`, and
 * nowhere below this folder (`core/policy/locations.json`, desktop-app).
 */
export function desktopLauncherText(executable: string): string {
  return `#!/bin/sh
TMPDIR="$HOME/.config/Ringfence/tmp"
mkdir -p "$TMPDIR" && chmod 700 "$HOME/.config/Ringfence" "$TMPDIR" || exit 1
export TMPDIR
exec ${executable} --disable-dev-shm-usage "$@"
`;
}

/**
 * A program of the installed tree. What would steer its own Node is set aside under another name (`cli/run/set-aside.ts` gives it back): it
 * is for the agent, and may lead to what an agent has written.
 */
export function launcherText(node: string, script: string): string {
  return `#!/bin/sh
for name in ${STEERS_NODE.join(' ')}; do
  eval "[ -n \\"\\\${$name+set}\\" ]" || continue
  eval "export RINGFENCE_ASIDE_$name=\\"\\$$name\\""
  unset "$name"
done
exec ${node} ${script} "$@"
`;
}
