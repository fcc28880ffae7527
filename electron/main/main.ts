/** The desktop app: composes its parts. What each does is in the file of its name. */
import { join } from 'node:path';
import { app, nativeImage, nativeTheme, session } from 'electron';
import { CONTROL_SOCKET } from '../../client/index.ts';
import type { Screen } from '../../core/protocol/desktop.ts';
import packageData from '../../package.json' with { type: 'json' };
import { declareAppScheme, serveApp } from './app-protocol.ts';
import { Bridge } from './bridge.ts';
import { callHandlers } from './calls.ts';
import { Consent } from './consent.ts';
import { newConsentCode } from './consent-code.ts';
import { DesktopStore } from './desktop-store.ts';
import { followHelper } from './follow-helper.ts';
import { watchHand } from './hand.ts';
import { hardenProcess, hardenSession, keepTemporaryFilesApart, PARTITION } from './hardening.ts';
import { HistoryFeed } from './history-feed.ts';
import { appIcon } from './icon/icons.ts';
import { whyNotInstalled } from './installation.ts';
import { PromptWindow } from './prompt-window.ts';
import { socketPlace } from './socket-place.ts';
import { refuseStart } from './start-conditions.ts';
import { initialState } from './state.ts';
import { AppTray } from './tray.ts';
import { trayStatus } from './tray-status.ts';
import { MainWindow, type WindowParts } from './windows.ts';

const ICON_SIZE = 128;

const strange = whyNotInstalled(process.execPath);
const refused = refuseStart({ words: process.argv.slice(1), environment: process.env, installed: strange === null });
if (refused !== null) {
  console.error(`Ringfence does not start: ${refused}.`);
  app.exit(2);
} else if (!isOnlyInstance()) {
  app.exit(0); // the first instance shows its window; what this one was told does not matter
} else {
  declareAppScheme();
  hardenProcess();
  void app.whenReady().then(compose);
}

function isOnlyInstance(): boolean {
  keepTemporaryFilesApart();
  return app.requestSingleInstanceLock();
}

function compose(): void {
  const place = socketPlace(process.env, strange === null);
  const store = new DesktopStore(
    initialState({
      answering: answeringOf(place.path),
      version: packageData.version,
      runtime: `Electron ${process.versions.electron}, Chromium ${process.versions.chrome}`,
    }),
  );
  const own = session.fromPartition(PARTITION);
  hardenSession(own);
  serveApp(own, join(app.getAppPath(), 'renderer'));

  const bridge = new Bridge();
  const consent = new Consent(newConsentCode);
  const parts: WindowParts = {
    icon: nativeImage.createFromBuffer(appIcon(ICON_SIZE)),
    isDark: () => nativeTheme.shouldUseDarkColors,
    onMade(window, kind) {
      window.removeMenu();
      bridge.admit(window, kind);
      if (kind === 'prompt') watchHand(window, consent);
    },
  };
  const mainWindow = new MainWindow(parts);
  const prompt = new PromptWindow(parts);
  const openMain = (screen?: Screen): void => {
    mainWindow.open();
    if (screen) bridge.tell('screen', screen, 'main');
  };
  const history = new HistoryFeed((entries) => bridge.tell('records', entries, 'main'));
  const isWatched = () => mainWindow.isVisible;
  const link = followHelper({ store, consent, history, place, version: packageData.version, isWatched });
  const actions = {
    ...{ review: () => prompt.open(), open: () => openMain(), openInbox: () => openMain('everyone') },
    quit: () => app.quit(),
  };
  const tray = new AppTray(actions, trayStatus(store.state));

  store.onChange((state) => {
    bridge.tell('state', state);
    tray.show(trayStatus(state));
    prompt.update(state.approvals);
  });
  bridge.serve(
    callHandlers({
      state: () => store.state,
      client: () => link.client,
      consent,
      prompt,
      openMain,
      historyWanted: (client) => void history.want(client),
      now: () => performance.now(),
    }),
  );
  app.on('second-instance', () => openMain());
  app.on('window-all-closed', () => undefined); // the tray stays, and questions are asked
  app.on('before-quit', () => {
    prompt.letGo();
    link.stop();
  });
  prompt.prepare();
  link.start();
  if (!process.argv.includes('--background')) openMain();
}

/** The helper decides who may answer. This says ahead of it what a copy that nobody has installed will hear. */
function answeringOf(socketPath: string) {
  if (strange === null || socketPath !== CONTROL_SOCKET) return { state: 'possible' } as const;
  return { state: 'view-only', reason: `${strange}; only the installed app may answer` } as const;
}
