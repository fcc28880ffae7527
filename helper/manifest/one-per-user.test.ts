import { expect, test } from 'vitest';
import type { Uid } from '../../core/protocol/scalars.ts';
import { success } from '../../core/result.ts';
import { OnePerUser } from './one-per-user.ts';

const ALICE = 1000 as Uid;
const BOB = 1001 as Uid;

/** Work that waits to be let go, and how many ran at once. */
function gate() {
  const open = Promise.withResolvers<void>();
  let running = 0;
  let most = 0;
  const work = async () => {
    running += 1;
    most = Math.max(most, running);
    await open.promise;
    running -= 1;
    return success(running);
  };
  return { work, open: () => open.resolve(), most: () => most };
}

test('one at a time for each user, a few in line, the rest is refused; another user is not in that line', async () => {
  const { work, open, most } = gate();
  const each = new OnePerUser(1);
  const first = each.run(ALICE, work);
  const second = each.run(ALICE, work);
  expect(await each.run(ALICE, work)).toMatchObject({ ok: false, error: { code: 'limit-reached' } });
  const other = each.run(BOB, async () => success('bob'));
  expect(await other).toEqual(success('bob'));
  open();
  expect([await first, await second]).toEqual([success(0), success(0)]);
  expect(most()).toBe(1);
  expect(await each.run(ALICE, work)).toEqual(success(0));
});

test('work that fails does not block the next', async () => {
  const each = new OnePerUser(1);
  const failing = each.run(ALICE, async () => {
    throw new Error('no');
  });
  const next = each.run(ALICE, async () => success(1));
  await expect(failing).rejects.toThrow('no');
  expect(await next).toEqual(success(1));
});
