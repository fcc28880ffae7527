// What an agent does to reach a host: `fetch URL`, `direct HOST PORT`, `again HOST ADDRESS`, which does both for ever, or
// `tunnel HOST PORT NAME [PROXY]`, with a TLS greeting for NAME.
import { connect } from 'node:net';
import * as tls from 'node:tls';

process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
const [how, host, port, name, proxy = process.env.HTTPS_PROXY] = process.argv.slice(2);
const ways = { fetch: () => fetchText(host), direct: () => direct(host, port), tunnel, again };

const failureOf = (error) => error.cause?.code ?? error.code ?? error.message;

async function fetchText(url) {
  return (await fetch(url)).text();
}

function direct(to, at) {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(at), to, () => {
      socket.destroy();
      resolve('connected');
    });
    socket.on('error', reject);
  });
}

/** `port` is the host's address here. */
async function again() {
  for (;;) {
    const proxied = await fetchText(`https://${host}/`).catch(failureOf);
    const straight = await direct(port, 443).catch(failureOf);
    console.log(`proxy ${proxied}, direct ${straight}`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

function tunnel() {
  const { hostname, port: at, username, password } = new URL(proxy);
  const word = username === '' ? '' : `Proxy-Authorization: Basic ${btoa(`${username}:${password}`)}\r\n`;
  return new Promise((resolve, reject) => {
    const socket = connect(Number(at), hostname, () =>
      socket.write(`CONNECT ${host}:${port} HTTP/1.1\r\nHost: ${host}:${port}\r\n${word}\r\n`),
    );
    socket.on('error', reject);
    socket.once('data', (chunk) => {
      const status = String(chunk).split(' ')[1];
      if (status !== '200') return reject(new Error(`status ${status}`));
      const secure = tls.connect({ socket, servername: name }, () => resolve('greeted'));
      secure.on('error', reject);
      socket.on('close', () => reject(new Error('closed')));
    });
  });
}

try {
  console.log(await ways[how]());
  process.exit(0);
} catch (error) {
  console.log(`failed: ${failureOf(error)}`);
  process.exit(1);
}
