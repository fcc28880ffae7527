/** Between main and its windows: calls in, events out. A window is a stranger: who calls, and with what, is checked. */
import { type BrowserWindow, type IpcMainInvokeEvent, ipcMain, type WebContents } from 'electron';
import type { z } from 'zod';
import {
  DESKTOP_CALLS,
  type DesktopAnswer,
  type DesktopCall,
  type DesktopError,
  type DesktopEvent,
  type DesktopEventData,
  type DesktopResult,
  desktopError,
  type WindowKind,
} from '../../core/protocol/desktop.ts';
import type { Result } from '../../core/result.ts';
import { CALL_CHANNEL, EVENT_CHANNEL } from '../channels.ts';
import { APP_ORIGIN } from './app-protocol.ts';

/** Who calls: which of our windows. */
export interface Caller {
  readonly kind: WindowKind;
  readonly window: BrowserWindow;
}

export type CallParams<C extends DesktopCall> = z.output<(typeof DESKTOP_CALLS)[C]['params']>;
export type CallOutcome<C extends DesktopCall> = Result<z.input<(typeof DESKTOP_CALLS)[C]['result']>, DesktopError>;
export type CallHandlers = {
  readonly [C in DesktopCall]: (params: CallParams<C>, caller: Caller) => Promise<CallOutcome<C>>;
};

interface Page extends Caller {
  /** Events that came before the page listened; null: it listens. */
  early: [DesktopEvent, unknown][] | null;
}

const MOST_EARLY = 16;

export class Bridge {
  readonly #pages = new Map<number, Page>();

  /** Takes a window of ours in, for as long as it lives. */
  admit(window: BrowserWindow, kind: WindowKind): void {
    const { webContents: contents } = window;
    const { id } = contents;
    const page: Page = { kind, window, early: [] };
    this.#pages.set(id, page);
    contents.on('destroyed', () => this.#pages.delete(id));
    contents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
      if (isMainFrame && !isSameDocument) page.early = [];
    });
  }

  /** Tells one kind of window, or all of them. */
  tell<E extends DesktopEvent>(event: E, data: DesktopEventData<E>, kind?: WindowKind): void {
    for (const page of this.#pages.values()) {
      if (kind !== undefined && page.kind !== kind) continue;
      if (page.early === null) page.window.webContents.send(EVENT_CHANNEL, event, data);
      else if (event !== 'state')
        page.early = [...page.early, [event, data] as [DesktopEvent, unknown]].slice(-MOST_EARLY);
    }
  }

  /** Serves the windows' calls from here on. */
  serve(handlers: CallHandlers): void {
    ipcMain.handle(CALL_CHANNEL, (event, name: unknown, params: unknown) =>
      this.#answer(event, handlers, name, params),
    );
  }

  async #answer(
    event: IpcMainInvokeEvent,
    handlers: CallHandlers,
    name: unknown,
    params: unknown,
  ): Promise<DesktopAnswer<unknown>> {
    const page = this.#pages.get(event.sender.id);
    if (page === undefined || !isOwnMainFrame(event, page.window.webContents))
      return refusal('stranger', 'who calls is no window of the app');
    if (!isDesktopCall(name)) return refusal('unknown-call', 'there is no such call');
    const parsed = DESKTOP_CALLS[name].params.safeParse(params);
    if (!parsed.success)
      return refusal('invalid-params', `${name}: ${parsed.error.issues[0]?.message ?? 'unreadable'}`);
    if (name === 'state') setImmediate(() => this.#listens(page));
    return perform(handlers, name, parsed.data as CallParams<typeof name>, page);
  }

  /** A page asks for the state once its listeners are in place: what it has missed follows. */
  #listens(page: Page): void {
    const early = page.early ?? [];
    page.early = null;
    if (page.window.isDestroyed()) return;
    for (const [event, data] of early) page.window.webContents.send(EVENT_CHANNEL, event, data);
  }
}

async function perform<C extends DesktopCall>(
  handlers: CallHandlers,
  name: C,
  params: CallParams<C>,
  caller: Caller,
): Promise<DesktopAnswer<DesktopResult<C>>> {
  try {
    const outcome = await handlers[name](params, caller);
    if (!outcome.ok) return { ok: false, error: desktopError.parse(outcome.error) };
    return { ok: true, value: DESKTOP_CALLS[name].result.parse(outcome.value) as DesktopResult<C> };
  } catch (error) {
    console.error(`the call ${name} failed:`, error);
    return refusal('internal-error', 'the app has made a mistake; its log says more');
  }
}

/** The page that we loaded, not a frame within it and not what it may have become. */
function isOwnMainFrame({ senderFrame }: IpcMainInvokeEvent, contents: WebContents): boolean {
  return senderFrame !== null && senderFrame === contents.mainFrame && senderFrame.url.startsWith(`${APP_ORIGIN}/`);
}

function isDesktopCall(name: unknown): name is DesktopCall {
  return typeof name === 'string' && Object.hasOwn(DESKTOP_CALLS, name);
}

function refusal(code: string, message: string): DesktopAnswer<never> {
  return { ok: false, error: { code, message } };
}
