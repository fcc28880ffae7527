/** A page that does whatever somebody else wants: what it gets of the machine, the network and the person's answers. Nothing. */
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync, readlinkSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { APPROVAL_OPTIONS } from '../../core/protocol/approval.ts';
import { ARM_MS, WINDOWS } from '../../core/protocol/desktop.ts';
import { sampleApproval } from '../../core/protocol/testing/samples.ts';
import { CONTENT_SECURITY_POLICY } from '../../electron/main/content-security-policy.ts';
import { type App, makeWorld, type World } from './app.ts';

let world: World;
let app: App;
let listener: Server;
let datagrams: UdpSocket;
/** What arrived at a port of this machine while the page tried. */
const arrived: string[] = [];
let port: number;

beforeAll(async () => {
  listener = createServer((socket) => {
    arrived.push('a connection');
    socket.destroy();
  }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  port = (listener.address() as { port: number }).port;
  datagrams = createSocket('udp4', () => arrived.push('a datagram')).bind(port, '127.0.0.1');
  await once(datagrams, 'listening');
  world = await makeWorld();
  await world.helper.start({ approvals: [sampleApproval(1, 0), sampleApproval(2, 0)] });
  app = await world.launch();
  await app.prompted('passport.txt');
});
afterAll(async () => {
  await world.end();
  listener.close();
  datagrams.close();
});

/**
 * Runs a text in the page's own world, in a task of its own as an attacker's script would: what the debugger runs itself may
 * use eval. Says what it came to.
 */
async function attempt(page: Page, script: string): Promise<string> {
  const text = `new Promise((say) => setTimeout(async () => {
    try { say(String(await (async () => { ${script} })())); } catch (error) { say('refused: ' + error); }
  }))`;
  const at = page.url();
  const said = await Promise.race([page.evaluate(text) as Promise<string>, delay(4000, 'silence')]);
  expect(page.url(), 'the page itself').toBe(at);
  return said;
}

/** A call of the page, without Playwright's waiting: it takes a navigation that main has prevented for one under way. */
function call(page: Page, name: string, params: unknown): Promise<unknown> {
  return page.evaluate(`ringfence.call(${JSON.stringify(name)}, ${JSON.stringify(params) ?? 'undefined'})`);
}

describe('the process', () => {
  test('is sandboxed: seccomp, no new privileges, namespaces of its own', async () => {
    const own = (pid: number, kind: string) => readlinkSync(`/proc/${pid}/ns/${kind}`);
    const pids = await app.pagePids();
    expect(pids.length).toBe(2);
    for (const pid of pids) {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      expect(status).toMatch(/^Seccomp:\t2$/m);
      expect(status).toMatch(/^NoNewPrivs:\t1$/m);
      expect(status).toMatch(/^CapEff:\t0000000000000000$/m);
      for (const kind of ['user', 'pid', 'net']) {
        expect(own(pid, kind), kind).not.toBe(own(app.electron.process().pid ?? 0, kind));
      }
    }
  });

  test('no switch on any process turns the sandbox off', async () => {
    const metrics = await app.inMain(({ app: electron }) => electron.getAppMetrics().map(({ pid }) => pid), null);
    for (const pid of metrics) {
      expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).not.toMatch(/--no-sandbox|--disable-web-security/);
    }
  });
});

describe.each(WINDOWS)('the page of the %s window', (kind) => {
  let page: Page;
  beforeAll(async () => {
    page = await app.window(kind);
  });

  test('comes with the strict policy, and the policy with every file', async () => {
    const script = `return (await (await fetch(location.href)).headers).get('content-security-policy')`;
    // the policy forbids to ask for it, so main is asked what it serves
    expect(await attempt(page, script)).toMatch(/^refused/);
    const served = await app.inMain(async ({ session }) => {
      const answer = await session.fromPartition('ringfence').fetch('app://ringfence/index.html');
      return answer.headers.get('content-security-policy');
    }, null);
    expect(served).toBe(CONTENT_SECURITY_POLICY);
  });

  test('has the bridge and nothing of Node or Electron', async () => {
    const found = await page.evaluate(`[typeof require, typeof process, typeof module, typeof Buffer, typeof global,
      Object.keys(ringfence).sort().join(), Object.isFrozen(ringfence) || !Reflect.set(ringfence, 'call', 1)].join(' ')`);
    expect(found).toBe('undefined undefined undefined undefined undefined call,listen true');
  });

  const NO_NETWORK = [
    `return (await fetch('http://127.0.0.1:PORT/')).status`,
    `const request = new XMLHttpRequest(); request.open('GET', 'http://127.0.0.1:PORT/', false); request.send(); return request.status`,
    `return new Promise((yes, no) => { const socket = new WebSocket('ws://127.0.0.1:PORT/'); socket.onopen = () => yes('open'); socket.onerror = no; })`,
    `return new Promise((yes, no) => { const source = new EventSource('http://127.0.0.1:PORT/'); source.onopen = () => yes('open'); source.onerror = no; })`,
    `if (!navigator.sendBeacon('http://127.0.0.1:PORT/', 'x')) throw 1; await new Promise((go) => setTimeout(go, 300)); throw 2`,
    `return new Promise((yes, no) => { const image = new Image(); image.onload = () => yes('loaded'); image.onerror = no; image.src = 'http://127.0.0.1:PORT/x.png'; })`,
    `return new Promise((yes, no) => { const script = document.createElement('script'); script.onload = () => yes('loaded'); script.onerror = no; script.src = 'http://127.0.0.1:PORT/x.js'; document.head.append(script); })`,
    `return new Promise((yes, no) => { const link = document.createElement('link'); link.rel = 'stylesheet'; link.onload = () => yes('loaded'); link.onerror = no; link.href = 'http://127.0.0.1:PORT/x.css'; document.head.append(link); })`,
    `return (await import('http://127.0.0.1:PORT/x.js')).default`,
    `const form = document.createElement('form'); form.action = 'http://127.0.0.1:PORT/'; form.method = 'post'; document.body.append(form); form.submit(); await new Promise((go) => setTimeout(go, 300)); form.remove(); throw 1`,
    `const frame = document.createElement('iframe'); frame.src = 'http://127.0.0.1:PORT/'; document.body.append(frame); await new Promise((go) => setTimeout(go, 300)); frame.remove(); throw 1`,
    `location.href = 'http://127.0.0.1:PORT/'; await new Promise((go) => setTimeout(go, 300)); throw 1`,
    `for (const rel of ['prefetch', 'preconnect', 'dns-prefetch', 'preload', 'modulepreload']) { const link = document.createElement('link'); link.rel = rel; link.href = 'http://127.0.0.1:PORT/'; link.as = 'script'; document.head.append(link); } await new Promise((go) => setTimeout(go, 300)); throw 1`,
    `const peer = new RTCPeerConnection({ iceServers: [{ urls: ['stun:127.0.0.1:PORT', 'turn:127.0.0.1:PORT?transport=tcp'], username: 'x', credential: 'x' }] }); peer.createDataChannel('x'); await peer.setLocalDescription(); await new Promise((go) => setTimeout(go, 1000)); peer.close(); throw 1`,
    `const transport = new WebTransport('https://127.0.0.1:PORT/'); await transport.ready; return 'open'`,
    `const link = document.createElement('a'); link.href = 'http://127.0.0.1:PORT/'; link.ping = 'http://127.0.0.1:PORT/'; document.body.append(link); link.click(); await new Promise((go) => setTimeout(go, 300)); link.remove(); throw 1`,
  ];

  test.each(NO_NETWORK)('no network: %s', async (script) => {
    expect(await attempt(page, script.replaceAll('PORT', String(port)))).toMatch(/^refused|^silence/);
    expect(arrived).toEqual([]);
  });

  const NO_FILE = [
    `return (await fetch('file:///etc/passwd')).text()`,
    `return (await fetch('app://ringfence/../main.cjs')).text()`,
    `return new Promise((yes, no) => { const script = document.createElement('script'); script.onload = () => yes('loaded'); script.onerror = no; script.src = 'app://ringfence/%2e%2e/preload.cjs'; document.head.append(script); })`,
    `return new Promise((yes, no) => { const script = document.createElement('script'); script.onload = () => yes('loaded'); script.onerror = no; script.src = 'file:///etc/passwd'; document.head.append(script); })`,
    `return (await import('file:///etc/passwd')).default`,
    `location.href = 'file:///etc/passwd'; await new Promise((go) => setTimeout(go, 300)); throw 1`,
    `const frame = document.createElement('iframe'); frame.src = 'file:///etc/passwd'; document.body.append(frame); await new Promise((go) => setTimeout(go, 300)); const read = frame.contentDocument?.body?.innerText; frame.remove(); if (read) return read; throw 1`,
    `return (await showOpenFilePicker())[0].name`,
    `return (await showSaveFilePicker()).name`,
    `return (await showDirectoryPicker()).name`,
    `return (await navigator.storage.getDirectory()).name + (await navigator.clipboard.readText())`,
    `const link = document.createElement('a'); link.download = 'x.txt'; link.href = URL.createObjectURL(new Blob(['x'])); document.body.append(link); link.click(); await new Promise((go) => setTimeout(go, 300)); link.remove(); throw 1`,
  ];

  test.each(NO_FILE)('no file: %s', async (script) => {
    expect(await attempt(page, script)).toMatch(/^refused|^silence/);
  });

  const NO_CODE = [
    `return eval('1 + 1')`,
    `return new Function('return 2')()`,
    `return new Promise((yes) => { setTimeout("globalThis.grown = 1", 0); setTimeout(() => yes(globalThis.grown), 50); }).then((grown) => { if (grown) return grown; throw 1; })`,
    `return new Promise((yes, no) => { const worker = new Worker(URL.createObjectURL(new Blob(['postMessage(1)']))); worker.onmessage = () => yes('runs'); worker.onerror = no; })`,
    `return (await navigator.serviceWorker.register('app://ringfence/index.html')).scope`,
    `const script = document.createElement('script'); script.textContent = 'globalThis.grown = 2'; document.head.append(script); if (globalThis.grown === 2) return 'ran'; throw 1`,
    `document.body.insertAdjacentHTML('beforeend', '<img src=x onerror="globalThis.grown = 3">'); await new Promise((go) => setTimeout(go, 100)); if (globalThis.grown === 3) return 'ran'; throw 1`,
    `return (await WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))).toString()`,
  ];

  test.each(NO_CODE)('no code but its own: %s', async (script) => {
    expect(await attempt(page, script)).toMatch(/^refused|^silence/);
  });

  const NO_POWER = [
    `const opened = window.open('app://ringfence/index.html#prompt'); if (opened) return 'opened'; throw 1`,
    `const opened = window.open('about:blank'); if (opened) return 'opened'; throw 1`,
    `return (await navigator.mediaDevices.getUserMedia({ audio: true })).id`,
    `return (await navigator.mediaDevices.getDisplayMedia()).id`,
    `const answer = await Notification.requestPermission(); if (answer === 'granted') return answer; throw 1`,
    `return new Promise((yes, no) => navigator.geolocation.getCurrentPosition(yes, no))`,
    `await navigator.clipboard.writeText('x'); return 'written'`,
    `return (await navigator.usb.requestDevice({ filters: [] })).productName`,
    `await document.documentElement.requestFullscreen(); return 'full'`,
    `await document.documentElement.requestPointerLock(); if (document.pointerLockElement) return 'locked'; throw 1`,
    `const frame = document.createElement('iframe'); frame.src = 'app://ringfence/index.html#prompt'; document.body.append(frame); await new Promise((go) => setTimeout(go, 500)); const bridge = frame.contentWindow?.ringfence; frame.remove(); if (bridge) return 'a second bridge'; throw 1`,
    `const view = document.createElement('webview'); view.src = 'app://ringfence/index.html'; document.body.append(view); await new Promise((go) => setTimeout(go, 300)); const real = typeof view.loadURL; view.remove(); if (real === 'function') return 'a view'; throw 1`,
  ];

  test.each(NO_POWER)('no power: %s', async (script) => {
    expect(await attempt(page, script)).toMatch(/^refused|^silence/);
  });

  const MALFORMED = [
    ['an unknown call', 'shell.openExternal', {}],
    ['a name from the prototype', 'constructor', {}],
    ['a name from the prototype', '__proto__', {}],
    ['no parameters', 'answer', undefined],
    ['one too many', 'answer', { id: 1, option: 'deny', force: true }],
    ['of a wrong kind', 'answer', { id: '1', option: 'deny' }],
    ['an answer that is none', 'answer', { id: 1, option: 'allow' }],
    ['a page without end', 'audit.page', { limit: 1_000_000 }],
  ] as const;

  test.each(MALFORMED)('%s is refused as an error, not as a crash: %s', async (_what, name, params) => {
    expect(await call(page, name, params)).toMatchObject({
      ok: false,
      error: { code: expect.any(String) },
    });
  });

  test('no answer but deny, armed or not, with events of its own making or without', async () => {
    await attempt(page, `return ringfence.call('prompt.shown', { id: 1 })`);
    await delay(ARM_MS + 100);
    for (const option of APPROVAL_OPTIONS.filter((each) => each !== 'deny')) {
      for (const id of [1, 2]) expect(await call(page, 'answer', { id, option })).toMatchObject({ ok: false });
    }
    const made = `
      const button = document.querySelector('.allow') ?? document.body;
      const { x, y, width, height } = button.getBoundingClientRect();
      const at = { clientX: x + width / 2, clientY: y + height / 2, bubbles: true, isPrimary: true, button: 0, buttons: 1 };
      for (let step = 0; step < 5; step++) button.dispatchEvent(new PointerEvent('pointermove', at));
      button.dispatchEvent(new PointerEvent('pointerdown', at));
      button.dispatchEvent(new MouseEvent('mousedown', at));
      await new Promise((go) => setTimeout(go, 1000));
      button.dispatchEvent(new PointerEvent('pointerup', at));
      button.dispatchEvent(new MouseEvent('mouseup', at));
      button.click();
      const { value } = await ringfence.call('prompt.shown', { id: 1 });
      await new Promise((go) => setTimeout(go, 1300));
      for (const key of [...(value?.code ?? 'AA')]) window.dispatchEvent(new KeyboardEvent('keydown', { key, code: 'Key' + key, bubbles: true }));
      window.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', code: 'Enter', ctrlKey: true, bubbles: true }));
      const answer = await ringfence.call('answer', { id: 1, option: 'allow-once' });
      if (answer.ok) return 'allowed';
      throw answer.error.code`;
    expect(await attempt(page, made)).toMatch(/^refused: (no-hand|not-shown|not-armed)$/);
    expect(await world.helper.waiting()).toEqual([1, 2]);
    expect((await world.helper.snapshot()).grants).toEqual([]);
  });

  test('it does not move, size or name its window', async () => {
    const before = await app.frame(kind);
    await attempt(page, `moveTo(0, 0); resizeTo(200, 200); document.title = 'Software update';`);
    await delay(300);
    const after = await app.frame(kind);
    expect(after?.bounds).toEqual(before?.bounds);
    // the main window may name its screen; the prompt's frame is main's
    if (kind === 'prompt') expect(after?.title).toBe(before?.title);
  });

  test('after all of it the page is where it was, and the app answers', async () => {
    expect(page.url()).toBe(`app://ringfence/index.html#${kind}`);
    expect(await call(page, 'state', {})).toMatchObject({ ok: true, value: { approvals: [{ id: 1 }, { id: 2 }] } });
    expect(arrived).toEqual([]);
  });
});

test('names and addresses resolve for nobody in the app', async () => {
  for (const host of ['localhost', 'example.com']) {
    const answer = await app.inMain(
      ({ session }, name) => session.fromPartition('ringfence').resolveHost(name).then(JSON.stringify, String),
      host,
    );
    expect(answer).toContain('ERR_NAME_NOT_RESOLVED');
  }
});
