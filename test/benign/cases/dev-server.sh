# A server on loopback at a port that every starter grants, and clients of it.
# needs: node curl python3
# form: long
mkdir public && printf 'a page\n' >public/index.html
cat >server.mjs <<'J'
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
const server = createServer((request, response) => {
  if (request.method === 'POST') request.pipe(response);
  else response.end(readFileSync('public/index.html'));
});
server.listen(28080, '127.0.0.1', () => writeFileSync('ready', ''));
process.on('SIGTERM', () => server.close(() => process.exit()));
J
node server.mjs &
until [ -e ready ]; do sleep 0.2; done
curl -sS http://127.0.0.1:28080/
curl -sS -d 'sent and returned' http://127.0.0.1:28080/echo && echo
node -e "fetch('http://localhost:28080/').then((r) => r.text()).then((t) => process.stdout.write(t))"
kill $! && wait
python3 -m http.server --bind 127.0.0.1 --directory public 28081 >/dev/null 2>&1 &
until curl -sS http://127.0.0.1:28081/ 2>/dev/null; do sleep 0.2; done
kill $!
