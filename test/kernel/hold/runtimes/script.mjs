/** For Node and Bun: what a program does that is held in pool threads, children, exec and connect. PLACE as argument; JSON out. */
import { execFile, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

const place = process.argv.at(-1);
const at = (name) => join(place, name);
const results = {};

const settled = async (name, deed) => {
  try {
    results[name] = await deed();
  } catch (error) {
    results[name] = error.code ?? String(error);
  }
};
const connected = (port) =>
  new Promise((resolve, reject) => {
    const socket = createConnection(port, '127.0.0.1');
    socket.on('error', reject);
    socket.on('connect', () => {
      resolve('connected');
      socket.destroy();
    });
  });
const output = (program, ...words) =>
  new Promise((resolve, reject) => {
    execFile(program, words, (error, stdout, stderr) => {
      if (error && typeof error.code !== 'number') reject(error);
      else resolve(`${error ? `status ${error.code}` : 'ok'} ${stdout}${/not permitted/.test(stderr) ? 'EPERM' : ''}`);
    });
  });

await Promise.all(
  ['allow-1', 'deny-1', 'allow-2', 'deny-2'].map((name) => settled(`pool ${name}`, () => readFile(at(name), 'utf8'))),
);
await settled('main allow-3', () => readFileSync(at('allow-3'), 'utf8'));
await settled('main deny-3', () => readFileSync(at('deny-3'), 'utf8'));
await settled('new allow-new', () => writeFile(at('allow-new'), 'made', { flag: 'wx' }));
await settled('new deny-new', () => writeFileSync(at('deny-new'), 'made', { flag: 'wx' }));
await settled('child allow-4', () => output('/bin/cat', at('allow-4')));
await settled('child deny-4', () => output('/bin/cat', at('deny-4')));
await settled('exec allow-program', () => output(at('allow-program')));
await settled('exec deny-program', () => output(at('deny-program')));
await settled('exec at once deny-program', () => spawnSync(at('deny-program')).error?.code ?? 'ran');
await settled('connect 7001', () => connected(7001));
await settled('connect 7002', () => connected(7002));
await settled('worker allow-5', async () => {
  const source = `const { parentPort, workerData } = require('node:worker_threads');
    const { readFileSync } = require('node:fs');
    parentPort.postMessage(readFileSync(workerData, 'utf8'));`;
  const worker = new Worker(source, { eval: true, workerData: at('allow-5') });
  return new Promise((resolve, reject) => {
    worker.on('message', resolve);
    worker.on('error', reject);
  });
});
console.log(JSON.stringify(results));
process.exit(0);
