# needs: node
cat >script.mjs <<'J'
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, renameSync, rmSync, watch, writeFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
writeFileSync('a', 'text');
const watcher = watch('.', () => {});
renameSync('a', 'b');
watcher.close();
const folder = mkdtempSync('scratch-');
rmSync(folder, { recursive: true });
console.log(readFileSync('b', 'utf8'), execFileSync('echo', ['child']).toString().trim());
new Worker("require('node:fs').writeFileSync('from-worker', 'x')", { eval: true }).on('exit', (code) => console.log('worker', code));
J
node script.mjs
