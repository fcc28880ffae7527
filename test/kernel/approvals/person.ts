/** Somebody who sits at the helper's socket as root and answers questions. Comes back when the helper does. */
import { connect, type HelperClient } from '../../../client/index.ts';
import type { ApprovalEnd, ApprovalOption, ApprovalRequest } from '../../../core/protocol/approval.ts';
import { sleep } from '../installed.ts';

const AGAIN_MS = 100;

export class Person {
  readonly asked: ApprovalRequest[] = [];
  readonly ended: ApprovalEnd[] = [];
  /** What this person has said yes to, whether it was heard or not. */
  readonly #allowed = new Set<string>();
  /** The answer to a held question; null: none yet. */
  answer: (question: ApprovalRequest) => ApprovalOption | null = () => null;
  #client: HelperClient | null = null;
  #isHere = true;

  private constructor() {
    void this.#stay();
  }

  /** Attends from now on. */
  static async arrive(): Promise<Person> {
    const person = new Person();
    while (!person.#client) await sleep(AGAIN_MS);
    return person;
  }

  async decide(question: Pick<ApprovalRequest, 'id'>, option: ApprovalOption): Promise<string> {
    const whole = this.asked.find(({ id }) => id === question.id);
    if (whole && option !== 'deny') this.#allowed.add(deedOf(whole));
    const answer = await this.#client?.call('approvals.decide', { id: question.id, option });
    return answer?.ok ? answer.value.outcome : (answer?.error.code ?? 'no helper');
  }

  /** Has this person said yes to what a request was about? The same by the same process is the same. */
  hasAllowed(request: number): boolean {
    const whole = this.asked.find(({ id }) => id === request);
    return whole !== undefined && this.#allowed.has(deedOf(whole));
  }

  /** The next question that is held, counted from `after`. */
  async nextHeld(after: number, ms = 60_000): Promise<ApprovalRequest | null> {
    const held = () => this.asked.filter(({ status }) => status.state === 'held');
    for (const end = Date.now() + ms; Date.now() < end && held().length <= after; ) await sleep(20);
    return held()[after] ?? null;
  }

  get heldSoFar(): number {
    return this.asked.filter(({ status }) => status.state === 'held').length;
  }

  leave(): void {
    this.#isHere = false;
    this.#client?.close();
  }

  async #stay(): Promise<void> {
    while (this.#isHere) {
      const connected = await connect({ client: { name: 'person', version: '1' } });
      if (connected.ok) await this.#sit(connected.value);
      await sleep(AGAIN_MS);
    }
  }

  async #sit(client: HelperClient): Promise<void> {
    client.onEvent(({ event, data }) => {
      if (event === 'approval.ended') this.ended.push(data);
      if (event === 'approval.asked') this.#hear(data);
    });
    const attending = await client.call('approvals.attend', {});
    if (!attending.ok) return client.close();
    this.#client = client;
    for (const question of client.snapshot.approvals) this.#hear(question);
    await client.ended;
    this.#client = null;
  }

  #hear(question: ApprovalRequest): void {
    this.asked.push(question);
    const option = question.status.state === 'held' ? this.answer(question) : null;
    if (option) void this.decide(question, option);
  }
}

function deedOf({ chain, operations, path }: ApprovalRequest): string {
  return [chain[0]?.pid, ...operations, path].join(' ');
}
