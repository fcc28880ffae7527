/** What every window and every page of the app is denied, whatever runs in it. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { app, type Session, type WebContents, type WebPreferences } from 'electron';
import { APP_ORIGIN } from './app-protocol.ts';

/** In memory alone: a page leaves nothing behind for the next one. */
export const PARTITION = 'ringfence';

/** What a page of text has no use for, whatever the person clicks on in it. */
const UNUSED_FEATURES = ['FileSystemAccess', 'FileSystemAccessLocal', 'WebUSB', 'WebHID', 'Serial', 'WebBluetooth'];

export function webPreferences(preload: string): WebPreferences {
  return {
    preload,
    partition: PARTITION,
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    webviewTag: false,
    plugins: false,
    spellcheck: false, // it would fetch dictionaries
    devTools: false,
    navigateOnDragDrop: false,
    safeDialogs: true,
    enableWebSQL: false,
    disableBlinkFeatures: UNUSED_FEATURES.join(','),
  };
}

/**
 * Temporary files go below the folder of the app's own state, which agents do not get to: what pages are painted in and told by, the tray's picture and
 * the socket by which a second instance wakes the first. The launcher has done it for what Chromium makes before; a start without one does it here.
 */
export function keepTemporaryFilesApart(): void {
  const folder = join(app.getPath('userData'), 'tmp');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  process.env.TMPDIR = folder;
  app.commandLine.appendSwitch('disable-dev-shm-usage');
}

/** To be called before Electron is ready. */
export function hardenProcess(): void {
  app.enableSandbox();
  app.disableHardwareAcceleration(); // drivers of graphics cards are much code for a page of text
  // no name and no address resolves, for prefetching and WebRTC as well, which the page's policy does not cover
  app.commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND');
  app.commandLine.appendSwitch('disable-quic');
  app.commandLine.appendSwitch('webrtc-ip-handling-policy', 'disable_non_proxied_udp');
  app.on('web-contents-created', (_event, contents) => hardenContents(contents));
}

function hardenContents(contents: WebContents): void {
  const prevent = (event: { preventDefault(): void }): void => event.preventDefault();
  contents.on('will-navigate', prevent);
  contents.on('will-frame-navigate', prevent);
  contents.on('will-redirect', prevent);
  contents.on('will-attach-webview', prevent);
  contents.on('content-bounds-updated', prevent); // a page does not move or size its window
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
}

export function hardenSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.setSpellCheckerEnabled(false);
  session.on('will-download', (event) => event.preventDefault());
  session.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: !url.startsWith(`${APP_ORIGIN}/`) }));
}
