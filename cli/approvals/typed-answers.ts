/** Answers typed on the terminal: a letter and a number, never just Enter, and never before a question could be read. */
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { HelperClient, SequencedEvent } from '../../client/index.ts';
import type { ApprovalOption } from '../../core/protocol/approval.ts';
import { complainOfCall } from '../helper-connection.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** What was typed before a question had been on the screen for so long was not meant for it. */
const READING_MS = 1200;

const LETTERS: Readonly<Record<string, ApprovalOption>> = {
  d: 'deny',
  a: 'allow-once',
  p: 'allow-process',
  s: 'allow-session',
  m: 'allow-15-minutes',
  r: 'allow-rule',
};

const HELP = `d ID  deny                       a ID  allow once
p ID  allow for this process     s ID  allow for this session
m ID  allow for 15 minutes       r ID  allow all that the rule asks about, for this session`;

export class TypedAnswers {
  readonly #terminal: Terminal;
  readonly #shownAt = new Map<number, number>();
  #client: HelperClient | null = null;

  constructor(input: Readable, terminal: Terminal) {
    this.#terminal = terminal;
    createInterface({ input }).on('line', (line) => void this.take(line));
  }

  speakTo(client: HelperClient | null): void {
    this.#client = client;
  }

  follow({ event, data }: SequencedEvent): void {
    if (event === 'approval.asked') this.#shownAt.set(data.id, this.#terminal.now());
    else if (event === 'approval.ended') this.#shownAt.delete(data.id);
  }

  async take(line: string): Promise<void> {
    const words = /^\s*([a-z?])\s*(\d{1,15})?\s*$/.exec(line);
    const option = LETTERS[words?.[1] ?? ''];
    const id = Number(words?.[2]);
    if (option === undefined || !Number.isSafeInteger(id)) {
      this.#terminal.print(line.trim() === '' ? 'Nothing is answered by Enter alone. ? for help.' : HELP);
      return;
    }
    const shownAt = this.#shownAt.get(id);
    if (shownAt === undefined) this.#terminal.print(`There is no open question ${id}.`);
    else if (this.#terminal.now() - shownAt < READING_MS) {
      this.#terminal.print(`Question ${id} has just come: read it, then answer again.`);
    } else await this.#answer(id, option);
  }

  async #answer(id: number, option: ApprovalOption): Promise<void> {
    if (this.#client === null) {
      this.#terminal.print('The helper is not there.');
      return;
    }
    const answer = await this.#client.call('approvals.decide', { id, option });
    if (!answer.ok) complainOfCall(this.#terminal, answer.error);
  }
}
