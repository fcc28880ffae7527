/** What all windows share, and the main one: made when it is wanted, made anew when its page dies. */
import { join } from 'node:path';
import { app, BrowserWindow, type BrowserWindowConstructorOptions, type NativeImage } from 'electron';
import type { WindowKind } from '../../core/protocol/desktop.ts';
import { APP_ORIGIN } from './app-protocol.ts';
import { webPreferences } from './hardening.ts';
import { Renewal } from './renew.ts';

/** Seen for a moment, before the page has drawn its own. */
const BACKGROUND = { light: '#f7f7f5', dark: '#16181b' } as const;

export interface WindowParts {
  readonly icon: NativeImage;
  readonly isDark: () => boolean;
  /** A window has come into being; its page is about to be loaded. */
  readonly onMade: (window: BrowserWindow, kind: WindowKind) => void;
}

export function makeWindow(
  kind: WindowKind,
  { icon, isDark, onMade }: WindowParts,
  options: BrowserWindowConstructorOptions,
): BrowserWindow {
  const window = new BrowserWindow({
    show: false,
    icon,
    title: 'Ringfence',
    backgroundColor: isDark() ? BACKGROUND.dark : BACKGROUND.light,
    webPreferences: webPreferences(join(app.getAppPath(), 'preload.cjs')),
    ...options,
  });
  onMade(window, kind);
  window.loadURL(`${APP_ORIGIN}/index.html#${kind}`).catch((error: unknown) => {
    // closed meanwhile: nobody misses its page
    if (!window.isDestroyed()) console.error(`the ${kind} window could not load its page:`, error);
  });
  return window;
}

export class MainWindow {
  readonly #parts: WindowParts;
  readonly #renewal = new Renewal();
  #window: BrowserWindow | null = null;

  constructor(parts: WindowParts) {
    this.#parts = parts;
  }

  get isVisible(): boolean {
    return this.#window?.isVisible() ?? false;
  }

  /** Shows it and gives it the keyboard: a person has asked for it. */
  open(): void {
    this.#window ??= this.#make();
    if (this.#window.isMinimized()) this.#window.restore();
    this.#window.show();
    this.#window.focus();
  }

  #make(): BrowserWindow {
    const window = makeWindow('main', this.#parts, { width: 1120, height: 760, minWidth: 720, minHeight: 480 });
    window.on('closed', () => {
      if (this.#window === window) this.#window = null;
    });
    this.#renewal.watch(window, () => {
      this.#window ??= this.#make();
      this.#window.showInactive();
    });
    return window;
  }
}
