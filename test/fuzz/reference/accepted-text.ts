/** What no accepted manifest may hold, stated without a line of the product's own checks. */
const HIDDEN =
  /\u034f|\u17b4|\u17b5|\u2800|[\ue000-\uf8ff]|[\u180b-\u180f]|[\ufe00-\ufe0f]|[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]/u;
const BEGINNING = /^(\/|~$|~\/|\$(WORKSPACE|SKILL|TMPDIR)($|\/))/;
const DEPUTIES =
  /^(ssh-agent|gpg-agent|smart-card|password-manager|docker|podman|containerd|lxd|libvirt|packages|system-log|notifications|pipewire|tmux|screen|terminal-control|editor-ipc|browser-debug)$/;
const ADDRESS = /^(@(npm|pypi)|[a-z0-9.*:[\]/-]+)$/;

/** The first text in a manifest's permissions and file names that should have been refused, in words. */
export function findForbiddenText(manifest: unknown): string | null {
  const { permissions, hashes, skill_id: id } = manifest as Record<string, unknown>;
  if (typeof id !== 'string' || HIDDEN.test(id) || id === '') return 'a bad skill_id';
  return findInPermissions(permissions, []) ?? findInHashes(hashes as Record<string, unknown>);
}

function findInPermissions(value: unknown, path: readonly string[]): string | null {
  if (typeof value === 'string') return judgeText(value, path);
  if (typeof value !== 'object' || value === null) return null;
  for (const [name, member] of Object.entries(value)) {
    const found = findInPermissions(member, Array.isArray(value) ? path : [...path, name]);
    if (found !== null) return found;
  }
  return null;
}

function judgeText(text: string, path: readonly string[]): string | null {
  const place = path.join('.');
  if (HIDDEN.test(text) || !text.isWellFormed()) return `a hidden character at ${place}`;
  const last = path.at(-1) ?? '';
  if (path.includes('unix_sockets') && last === 'connect' && isGoodSocketName(text)) return null;
  const isPath = /^(read|write|create|delete|exec|path|connect|bind)$/.test(last) || path.includes('filesystem');
  if (isPath) return isGoodPath(text) ? null : `the path ${JSON.stringify(text.slice(0, 80))} at ${place}`;
  const isAddress = /^(egress|listen)$/.test(last) || (path.includes('network') && last === 'deny');
  return isAddress && !ADDRESS.test(text) ? `the address ${JSON.stringify(text.slice(0, 80))} at ${place}` : null;
}

/** Sockets by name: abstract ones, of at most as many bytes as sockaddr_un has room for, and the programs that docs/manifest.md lists. */
function isGoodSocketName(text: string): boolean {
  const bytes = Buffer.byteLength(text.replace(/\*$/, ''));
  return text.startsWith('@') ? bytes >= 2 && bytes <= 108 : DEPUTIES.test(text);
}

function isGoodPath(path: string): boolean {
  if (!BEGINNING.test(path) || Buffer.byteLength(path) > 4096) return false;
  if (path.length > 1 && path.endsWith('/')) return false;
  return !path.includes('//') && !path.split('/').some((name) => name === '.' || name === '..');
}

function findInHashes(hashes: Record<string, unknown>): string | null {
  const bad = Object.keys(hashes).find(
    (name) =>
      HIDDEN.test(name) || !name.isWellFormed() || name.split('/').some((part) => ['', '.', '..'].includes(part)),
  );
  return bad === undefined ? null : `the file name ${JSON.stringify(bad)}`;
}
