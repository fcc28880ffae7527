/** The key of a grant: struct rf_grant_key of bpf/ringfence.h. */
import type { GrantScope } from './held-call.ts';
import { SIZES } from './layout.ts';

/** In struct rf_question. */
const OPERATIONS_END = 24;
/** In struct rf_grant_key, behind the question. */
const START_OFFSET = 632;
const PID_OFFSET = 640;
const RULE_OFFSET = 644;

/** A grant for a whole rule names session, policy, skill and operations, and no object. */
export function grantKey(question: Uint8Array, { process, rule }: GrantScope): Uint8Array {
  const key = new Uint8Array(SIZES.grantKey);
  key.set(rule === 0 ? question : question.subarray(0, OPERATIONS_END));
  const data = new DataView(key.buffer);
  if (process) {
    data.setBigUint64(START_OFFSET, process.startNs, true);
    data.setUint32(PID_OFFSET, process.pid, true);
  }
  data.setUint32(RULE_OFFSET, rule, true);
  return key;
}
