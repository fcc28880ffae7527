/** The tray: a StatusNotifierItem with a menu. What is drawn and said comes from tray-status.ts. */
import { Menu, type NativeImage, nativeImage, Tray } from 'electron';
import { type TrayState, trayIcon } from './icon/icons.ts';
import type { TrayStatus } from './tray-status.ts';

export interface TrayActions {
  review(): void;
  open(): void;
  openInbox(): void;
  quit(): void;
}

const SIZE = 22;
const SCALES = [1, 2, 3] as const;

export class AppTray {
  readonly #actions: TrayActions;
  readonly #images = new Map<TrayState, NativeImage>();
  readonly #tray: Tray;
  #shown = '';

  constructor(actions: TrayActions, first: TrayStatus) {
    this.#actions = actions;
    this.#tray = new Tray(this.#image(first.state));
    this.#tray.on('click', () => actions.open());
    this.show(first);
  }

  show(status: TrayStatus): void {
    const print = JSON.stringify(status);
    if (print === this.#shown) return;
    this.#shown = print;
    this.#tray.setImage(this.#image(status.state));
    this.#tray.setToolTip(`Ringfence: ${status.line}`);
    this.#tray.setContextMenu(this.#menu(status)); // on Linux a menu does not change, it is set anew
  }

  #menu({ line, waiting, everyone }: TrayStatus): Menu {
    const others = everyone
      ? [
          { label: everyone.line, enabled: false },
          { label: `Inbox (${everyone.waiting})`, click: () => this.#actions.openInbox() },
        ]
      : [];
    return Menu.buildFromTemplate([
      { label: line, enabled: false },
      { type: 'separator' },
      { label: `Review (${waiting})`, enabled: waiting > 0, click: () => this.#actions.review() },
      ...others,
      { label: 'Open Ringfence', click: () => this.#actions.open() },
      { type: 'separator' },
      { label: 'Quit (protection continues)', click: () => this.#actions.quit() },
    ]);
  }

  #image(state: TrayState): NativeImage {
    const known = this.#images.get(state);
    if (known) return known;
    const image = nativeImage.createEmpty();
    for (const scaleFactor of SCALES) {
      image.addRepresentation({ scaleFactor, buffer: trayIcon(state, SIZE * scaleFactor) });
    }
    this.#images.set(state, image);
    return image;
  }
}
