import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { build } from 'vite';
import { ROOT } from '../../build/root.ts';

const SCENES = join(ROOT, '.cache/desktop/scenes');
const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

/** The page with its scripted bridge, on a loopback port, under the policy the app serves it with. */
export async function startSceneServer(): Promise<{ readonly origin: string; readonly close: () => void }> {
  await build({ configFile: join(ROOT, 'renderer/testing/vite.config.ts'), logLevel: 'error' });
  const server = createServer(async (request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname);
    if (path === '/favicon.ico') return void response.writeHead(204).end();
    const file = join(SCENES, path === '/' ? 'index.html' : path);
    try {
      const body = await readFile(file);
      response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the scene server has no port');
  return { origin: `http://127.0.0.1:${address.port}`, close: () => server.close() };
}
