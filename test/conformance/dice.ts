/** A row of small numbers as the source of choices, so that a shorter or smaller row is a simpler case. */
export class Dice {
  readonly #numbers: ArrayLike<number>;
  #drawn = 0;

  constructor(numbers: ArrayLike<number>) {
    this.#numbers = numbers;
  }

  /** Below `count`. Beyond the row's end it repeats, each time shifted. */
  draw(count: number): number {
    const round = Math.floor(this.#drawn / this.#numbers.length);
    const number = this.#numbers[this.#drawn % this.#numbers.length] ?? 0;
    this.#drawn += 1;
    return (number + round * 101) % count;
  }

  pick<Value>(values: readonly Value[]): Value {
    return values[this.draw(values.length)] as Value;
  }
}
