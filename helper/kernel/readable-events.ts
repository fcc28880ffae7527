/**
 * What this version can read of the records in a ring. One that it cannot read is left out, so that it does not take those beside it
 * along: its number is then missing, which goes on record as a gap.
 */
export function readableEvents<Event>(records: readonly Uint8Array[], decode: (record: Uint8Array) => Event): Event[] {
  return records.flatMap((record) => {
    try {
      return [decode(record)];
    } catch (error) {
      if (error instanceof RangeError) return [];
      throw error;
    }
  });
}
