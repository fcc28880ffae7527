/** Runs in each window before its page, in a world of its own, and hands the page one object. It decides nothing. */
import { contextBridge, ipcRenderer } from 'electron';
import type { DesktopBridge } from '../../core/protocol/desktop.ts';
import { CALL_CHANNEL, EVENT_CHANNEL } from '../channels.ts';

const bridge: DesktopBridge = {
  call: (name, params) => ipcRenderer.invoke(CALL_CHANNEL, name, params),
  listen(name, hear) {
    const take = (_event: unknown, happened: unknown, data: unknown): void => {
      if (happened === name) hear(data as Parameters<typeof hear>[0]);
    };
    ipcRenderer.on(EVENT_CHANNEL, take);
    return () => void ipcRenderer.removeListener(EVENT_CHANNEL, take);
  },
};

contextBridge.exposeInMainWorld('ringfence', bridge);
