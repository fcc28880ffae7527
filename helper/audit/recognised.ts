/** Kind of the record that an agent was executed outside of any session, and is in one from then on. */
export const RECOGNISED = 'session.recognised';
