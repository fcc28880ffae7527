import { expect, test } from 'vitest';
import { type ApprovalId, type ApprovalRequest, approvalRequest } from '../../../core/protocol/approval.ts';
import { sampleApproval } from '../../../core/protocol/testing/samples.ts';
import { arrange, placeIn } from './queue.ts';

const held = (id: number, second: number): ApprovalRequest =>
  approvalRequest.parse(sampleApproval(id, 1000, { status: { state: 'held', until: `2026-01-01T00:00:${second}Z` } }));
const refused = (id: number): ApprovalRequest =>
  approvalRequest.parse(sampleApproval(id, 1000, { status: { state: 'refused', because: 'timed-out' } }));
const id = (number: number): ApprovalId => number as ApprovalId;

test('what is held comes first, the shortest of time before the others, then what was refused by age', () => {
  expect(arrange([refused(4), refused(2), held(9, 50), held(3, 40)]).map((each) => each.id)).toEqual([3, 9, 2, 4]);
});

test('a new question does not push the one on screen away', () => {
  const before = arrange([held(2, 50)]);
  expect(placeIn(before, null, 0)).toMatchObject({ current: { id: 2 }, index: 0, count: 1 });
  expect(placeIn(arrange([held(2, 50), held(1, 40)]), id(2), 0)).toMatchObject({
    current: { id: 2 },
    index: 1,
    count: 2,
  });
});

test('when it is over, the one that moved up is next; after the last the one before', () => {
  const queue = [held(1, 30), held(3, 40)];
  expect(placeIn(queue, id(2), 1)).toMatchObject({ current: { id: 3 }, index: 1 });
  expect(placeIn(queue, id(4), 2)).toMatchObject({ current: { id: 3 }, index: 1 });
  expect(placeIn([], id(4), 2)).toBeNull();
});
