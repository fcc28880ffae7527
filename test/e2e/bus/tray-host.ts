/** A session bus with a panel on it: who registers a tray icon, how it looks, what its menu says (StatusNotifierItem, dbusmenu). */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type Answer, BusConnection, type Call } from './connection.ts';
import type { Value, Variant } from './values.ts';

const WATCHER = 'org.kde.StatusNotifierWatcher';
const ITEM = 'org.kde.StatusNotifierItem';
const ITEM_PATH = '/StatusNotifierItem';
const MENU = 'com.canonical.dbusmenu';
const PROPERTIES = 'org.freedesktop.DBus.Properties';

export interface MenuEntry {
  readonly id: number;
  readonly label: string;
  readonly enabled: boolean;
}

export interface TrayHost {
  /** For `DBUS_SESSION_BUS_ADDRESS`. */
  readonly address: string;
  /** Services that have registered an icon. */
  readonly items: readonly string[];
  /** RGBA of the icon's largest picture. */
  icon(item: string): Promise<Buffer>;
  toolTip(item: string): Promise<string>;
  menu(item: string): Promise<MenuEntry[]>;
  click(item: string, entry: MenuEntry): Promise<void>;
  stop(): Promise<void>;
}

/** Its socket lies in `folder`. */
export async function startTrayHost(folder: string): Promise<TrayHost> {
  const socket = `${folder}/bus`;
  const address = `unix:path=${socket}`;
  const words = ['--session', '--nofork', '--nopidfile', `--address=${address}`, '--print-address=1'];
  const daemon = spawn('dbus-daemon', words, { stdio: ['ignore', 'pipe', 'ignore'] });
  await once(daemon.stdout, 'data');
  const items: string[] = [];
  const bus = await BusConnection.open(socket, (call) => serveWatcher(call, items));
  await bus.own(WATCHER);
  const property = async (item: string, name: string): Promise<Value> => {
    const [got] = await bus.call(item, ITEM_PATH, `${PROPERTIES}.Get`, 'ss', [ITEM, name]);
    return (got as Variant).value;
  };
  return {
    address,
    items,
    async icon(item) {
      const pictures = (await property(item, 'IconPixmap')) as [number, number, Uint8Array][];
      const [, , bytes] = pictures.reduce((largest, each) => (each[0] > largest[0] ? each : largest));
      return Buffer.from(bytes);
    },
    async toolTip(item) {
      const [, , title] = (await property(item, 'ToolTip')) as Value[];
      return String(title);
    },
    async menu(item) {
      const path = String(await property(item, 'Menu'));
      const [, layout] = await bus.call(item, path, `${MENU}.GetLayout`, 'iias', [0, -1, []]);
      return entriesOf(layout as LayoutNode);
    },
    async click(item, { id }) {
      const path = String(await property(item, 'Menu'));
      await bus.call(item, path, `${MENU}.Event`, 'isvu', [id, 'clicked', { signature: 's', value: '' }, 0]);
    },
    async stop() {
      bus.close();
      const closed = once(daemon, 'close');
      daemon.kill();
      await closed;
    },
  };
}

function serveWatcher({ interface: of, member, body, sender }: Call, items: string[]): Answer | null {
  if (of === PROPERTIES && member === 'Get') {
    const value =
      body[1] === 'IsStatusNotifierHostRegistered' ? { signature: 'b', value: true } : { signature: 'i', value: 0 };
    return { signature: 'v', body: [value] };
  }
  if (of !== WATCHER || member !== 'RegisterStatusNotifierItem') return null;
  const name = String(body[0]);
  items.push(name.startsWith('/') ? sender : name);
  return { signature: '', body: [] };
}

type LayoutNode = readonly [
  id: number,
  properties: readonly (readonly [string, Variant])[],
  children: readonly Variant[],
];

function entriesOf([, , children]: LayoutNode): MenuEntry[] {
  return children.map(({ value }) => {
    const [id, properties] = value as unknown as LayoutNode;
    const of = new Map(properties.map(([name, { value: each }]) => [name, each]));
    return { id, label: String(of.get('label') ?? ''), enabled: of.get('enabled') !== false };
  });
}
