import type { CallError, HelperClient } from '../../client/index.ts';
import type { EvidenceRecord } from '../../core/evidence/record.ts';
import type { MethodResult, ParamsInput } from '../../core/protocol/methods.ts';
import { failure, type Result, success } from '../../core/result.ts';

export type RecordFilter = Pick<ParamsInput<'audit.query'>, 'session' | 'verdicts'>;

/** Pages are small enough that a page of the longest records fits into one answer. */
const PAGE = 200;

/** All records that a filter lets through, the oldest first, in pages. Ends with the first error. */
export async function* allRecords(
  client: HelperClient,
  filter: RecordFilter,
): AsyncGenerator<Result<EvidenceRecord[], CallError>> {
  for (let afterSeq: number | null = 0; afterSeq !== null; ) {
    const page: Result<MethodResult<'audit.query'>, CallError> = await client.call('audit.query', {
      ...filter,
      afterSeq,
      limit: PAGE,
    });
    if (!page.ok) return yield failure(page.error);
    yield success(page.value.entries.map(({ record }) => record));
    afterSeq = page.value.next;
  }
}
