import { createSocket } from 'node:dgram';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';

/** Somebody out there: notes what is sent to it over TCP and UDP, and serves what the task says. */
export class Collector {
  /** Each request as METHOD PATH BODY, each datagram as it is. */
  readonly collected: string[] = [];
  readonly #servers: Server[] = [];
  readonly #datagrams = createSocket('udp4');
  #served: Readonly<Record<string, string>>;

  private constructor(served: Readonly<Record<string, string>>) {
    this.#served = served;
  }

  /**
   * Listens at `port` of both loopback addresses, and at port 80 of `metadata.address` if that is given, as a cloud's
   * metadata service that answers everything with `metadata.answer`. Throws if an address is taken or not there.
   */
  static async start(
    port: number,
    served: Readonly<Record<string, string>>,
    metadata?: { address: string; answer: string },
  ): Promise<Collector> {
    const collector = new Collector(served);
    for (const host of ['127.0.0.1', '::1']) await collector.#listen(host, port, collector.#answer);
    if (metadata) await collector.#listen(metadata.address, 80, (_request, response) => response.end(metadata.answer));
    collector.#datagrams.on('message', (text) => collector.collected.push(text.toString()));
    await new Promise<void>((resolve) => collector.#datagrams.bind(port, '127.0.0.1', resolve));
    return collector;
  }

  async end(): Promise<void> {
    this.#datagrams.close();
    for (const server of this.#servers) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  readonly #answer: RequestListener = async (request, response) => {
    const path = request.url ?? '';
    this.collected.push(`${request.method} ${path} ${await bodyOf(request)}`);
    response.end(this.#served[path] ?? 'thanks\n');
  };

  async #listen(host: string, port: number, listener: RequestListener): Promise<void> {
    const server = createServer(listener);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen({ host, port, ipv6Only: true }, resolve);
    });
    this.#servers.push(server);
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
