/** The window that asks. It comes up by itself without ever taking the keyboard, and goes when nothing waits. */
import type { BrowserWindow } from 'electron';
import type { ApprovalId, ApprovalRequest } from '../../core/protocol/approval.ts';
import { Renewal } from './renew.ts';
import { makeWindow, type WindowParts } from './windows.ts';

const SIZE = { width: 560, height: 680, minWidth: 480, minHeight: 560 } as const;

export class PromptWindow {
  readonly #parts: WindowParts;
  readonly #renewal = new Renewal();
  #window: BrowserWindow | null = null;
  #waiting: readonly ApprovalRequest[] = [];
  /** Questions that the person has put aside. */
  #left = new Set<ApprovalId>();
  #quitting = false;

  constructor(parts: WindowParts) {
    this.#parts = parts;
  }

  get isVisible(): boolean {
    return (this.#window?.isVisible() ?? false) && !this.#window?.isMinimized();
  }

  /** Loads its page ahead, so that a question is on screen at once. */
  prepare(): void {
    this.#window ??= this.#make();
  }

  /** What waits now: shows the window for what is new, hides it when nothing waits. */
  update(waiting: readonly ApprovalRequest[]): void {
    this.#waiting = waiting;
    this.#left = new Set(waiting.map(({ id }) => id).filter((id) => this.#left.has(id)));
    if (waiting.length === 0) this.#putAway();
    else if (waiting.some(({ id }) => !this.#left.has(id))) this.comeUp();
  }

  /** Shows it, and leaves the keyboard where it is. */
  comeUp(): void {
    this.#left.clear();
    this.#window ??= this.#make();
    if (this.#window.isVisible()) return;
    this.#window.showInactive();
    this.#window.flashFrame(true);
  }

  /** A person wants to see it: it may have the keyboard. */
  open(): void {
    this.#left.clear();
    this.#window ??= this.#make();
    if (this.#window.isMinimized()) this.#window.restore();
    this.#window.show();
    this.#window.focus();
  }

  /** Puts it away and answers nothing. */
  leave(): void {
    this.#left = new Set(this.#waiting.map(({ id }) => id));
    this.#putAway();
  }

  /** The window's frame says what is asked, in main's words: the page has no say in it. */
  name(title: string): void {
    this.#window?.setTitle(title);
  }

  /** From now on closing it closes it. */
  letGo(): void {
    this.#quitting = true;
  }

  /** Another one takes its place: on X11 a window that is shown inactive once more is never given the keyboard again. */
  #putAway(): void {
    const window = this.#window;
    if (!window?.isVisible()) return;
    this.#window = null;
    window.destroy();
    this.prepare();
  }

  #make(): BrowserWindow {
    const window = makeWindow('prompt', this.#parts, {
      ...SIZE,
      useContentSize: true,
      alwaysOnTop: true,
      maximizable: false,
      minimizable: false,
      fullscreenable: false,
    });
    window.on('close', (event) => {
      if (this.#quitting) return;
      event.preventDefault();
      this.leave();
    });
    window.on('page-title-updated', (event) => event.preventDefault()); // see `name`
    window.on('focus', () => window.flashFrame(false));
    window.on('closed', () => {
      if (this.#window === window) this.#window = null;
    });
    this.#renewal.watch(window, () => {
      this.prepare();
      this.update(this.#waiting);
    });
    return window;
  }
}
