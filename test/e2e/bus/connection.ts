/** One client on a message bus: calls others, answers calls. */

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Reader, type Value, type Variant, Writer } from './values.ts';

const CALL = 1;
const RETURN = 2;
const ERROR = 3;
const NO_REPLY_WANTED = 1;
const FIELDS = {
  path: 1,
  interface: 2,
  member: 3,
  error: 4,
  replyTo: 5,
  destination: 6,
  sender: 7,
  signature: 8,
} as const;
const FIELD_TYPES: Readonly<Record<number, string>> = {
  1: 'o',
  2: 's',
  3: 's',
  4: 's',
  5: 'u',
  6: 's',
  7: 's',
  8: 'g',
};
const FIXED_HEADER = 16;

export interface Call {
  readonly sender: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly body: readonly Value[];
}
export interface Answer {
  readonly signature: string;
  readonly body: readonly Value[];
}

type Fields = Partial<Record<keyof typeof FIELDS, Value>>;

export class BusConnection {
  readonly #socket: Socket;
  readonly #serve: (call: Call) => Answer | null;
  readonly #waiting = new Map<number, { resolve(body: Value[]): void; reject(error: Error): void }>();
  #serial = 0;
  #received = Buffer.alloc(0);

  private constructor(socket: Socket, serve: (call: Call) => Answer | null) {
    this.#socket = socket;
    this.#serve = serve;
    socket.on('data', (bytes: Buffer) => {
      this.#received = Buffer.concat([this.#received, bytes]);
      while (this.#takeOne());
    });
  }

  /** `serve` answers calls; null: there is no such method. */
  static async open(socketPath: string, serve: (call: Call) => Answer | null): Promise<BusConnection> {
    const socket = connect(socketPath);
    await once(socket, 'connect');
    const uid = Buffer.from(String(process.getuid?.())).toString('hex');
    socket.write(`\0AUTH EXTERNAL ${uid}\r\n`);
    const [answer] = await once(socket, 'data');
    if (!String(answer).startsWith('OK')) throw new Error(`the bus refuses: ${answer}`);
    socket.write('BEGIN\r\n');
    const bus = new BusConnection(socket, serve);
    await bus.call('org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus.Hello');
    return bus;
  }

  /** Takes a name that others call. */
  async own(name: string): Promise<void> {
    await this.call('org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus.RequestName', 'su', [
      name,
      4,
    ]);
  }

  /** `method`: interface and member. */
  call(
    destination: string,
    path: string,
    method: string,
    signature = '',
    body: readonly Value[] = [],
  ): Promise<Value[]> {
    const dot = method.lastIndexOf('.');
    const fields: Fields = {
      path,
      destination,
      interface: method.slice(0, dot),
      member: method.slice(dot + 1),
      signature,
    };
    const serial = this.#send(CALL, fields, body);
    return new Promise((resolve, reject) => this.#waiting.set(serial, { resolve, reject }));
  }

  close(): void {
    this.#socket.destroy();
  }

  #send(type: number, fields: Fields, body: readonly Value[]): number {
    this.#serial += 1;
    const content = new Writer();
    content.write(String(fields.signature ?? ''), body);
    const header = new Writer();
    const list = Object.entries(fields)
      .filter(([, value]) => value !== '')
      .map(([name, value]): Value => {
        const number = FIELDS[name as keyof Fields];
        return [number, { signature: FIELD_TYPES[number] ?? '', value } as Variant];
      });
    header.write('yyyyuua(yv)', ['l'.charCodeAt(0), type, 0, 1, content.bytes.length, this.#serial, list]);
    header.align(8);
    this.#socket.write(Buffer.concat([header.bytes, content.bytes]));
    return this.#serial;
  }

  #takeOne(): boolean {
    const bytes = this.#received;
    if (bytes.length < FIXED_HEADER) return false;
    const bodyLength = bytes.readUInt32LE(4);
    const headerLength = Math.ceil((FIXED_HEADER + bytes.readUInt32LE(12)) / 8) * 8;
    if (bytes.length < headerLength + bodyLength) return false;
    const [, type, flags, , , serial, list] = new Reader(bytes).read('yyyyuua(yv)') as [
      number,
      number,
      number,
      number,
      number,
      number,
      [number, Variant][],
    ];
    const field = (name: keyof Fields) => list.find(([number]) => number === FIELDS[name])?.[1].value;
    const body = new Reader(Buffer.from(bytes.subarray(headerLength, headerLength + bodyLength))).read(
      String(field('signature') ?? ''),
    );
    this.#received = bytes.subarray(headerLength + bodyLength);
    if (type === CALL) this.#answer(serial, flags, field, body);
    else this.#settle(type, Number(field('replyTo')), String(field('error')), body);
    return true;
  }

  #answer(serial: number, flags: number, field: (name: keyof Fields) => Value | undefined, body: Value[]): void {
    const sender = String(field('sender'));
    const answer = this.#serve({
      sender,
      path: String(field('path')),
      interface: String(field('interface')),
      member: String(field('member')),
      body,
    });
    if ((flags & NO_REPLY_WANTED) !== 0) return;
    const back = { replyTo: serial, destination: sender };
    if (answer) this.#send(RETURN, { ...back, signature: answer.signature }, answer.body);
    else this.#send(ERROR, { ...back, error: 'org.freedesktop.DBus.Error.UnknownMethod' }, []);
  }

  #settle(type: number, serial: number, error: string, body: Value[]): void {
    const waiting = this.#waiting.get(serial);
    this.#waiting.delete(serial);
    if (type === RETURN) waiting?.resolve(body);
    else if (type === ERROR) waiting?.reject(new Error(`${error}: ${body.join(' ')}`));
  }
}
