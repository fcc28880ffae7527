/** Counts checks, prints each failure at once, and ends with the line that test runners read. */
export class Tally {
  #passed = 0;
  #failed = 0;
  readonly #failing: () => void;

  /** `failing` is called after each failure. */
  constructor(failing: () => void = () => undefined) {
    this.#failing = failing;
  }

  check(name: string, ok: boolean, detail = ''): void {
    if (ok) this.#passed += 1;
    else this.#failed += 1;
    if (ok) return;
    console.log(`not ok - ${name}${detail ? `: ${detail}` : ''}`);
    this.#failing();
  }

  /** A whole group in one line, its failures before it. */
  async group(name: string, run: () => Promise<void> | void): Promise<void> {
    const before = { passed: this.#passed, failed: this.#failed };
    const started = performance.now();
    try {
      await run();
    } catch (error) {
      this.check(name, false, error instanceof Error ? (error.stack ?? error.message) : String(error));
    }
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    const [passed, failed] = [this.#passed - before.passed, this.#failed - before.failed];
    console.log(`${failed === 0 ? 'ok' : 'FAILED'} - ${name}: ${passed} of ${passed + failed} in ${seconds} s`);
  }

  get passed(): number {
    return this.#passed;
  }

  get failed(): number {
    return this.#failed;
  }
}
