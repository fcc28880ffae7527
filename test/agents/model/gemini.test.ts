import { describe, expect, it } from 'vitest';
import { GEMINI } from './gemini.ts';
import { CALLING, dataOf, SAYING } from './testing/turns.ts';

const STREAM = new URL('http://127.0.0.1/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse');
const WHOLE = new URL('http://127.0.0.1/v1beta/models/gemini-2.5-flash:generateContent');
const user = (...parts: object[]) => ({ role: 'user', parts });

describe('Gemini', () => {
  it('is asked by its path, which names the model and the way', () => {
    expect(GEMINI.serves(STREAM.pathname)).toBe(true);
    expect(GEMINI.serves('/v1beta/models/gemini-2.5-flash:countTokens')).toBe(false);
    const body = { contents: [user({ text: 'go' })] };
    expect(GEMINI.read(body, STREAM)).toMatchObject({ model: 'gemini-2.5-flash', stream: true });
    expect(GEMINI.read(body, WHOLE)).toMatchObject({ model: 'gemini-2.5-flash', stream: false });
  });

  it('reads what the user says, and the tools', () => {
    const tools = [{ functionDeclarations: [{ name: 'read_file' }, { name: 'replace' }] }, { googleSearch: {} }];
    const asked = GEMINI.read({ contents: [user({ text: 'go ' }, { text: 'on' })], tools }, STREAM);
    expect(asked).toMatchObject({ last: { from: 'user', text: 'go \non' }, tools: ['read_file', 'replace'] });
  });

  it('reads results, be they output, an error or something else', () => {
    const result = (response: object) => ({ functionResponse: { id: 'x', name: 'read_file', response } });
    const parts = [result({ output: 'one' }), result({ error: 'two' }), result({ count: 3 })];
    expect(GEMINI.read({ contents: [user(...parts)] }, STREAM).last).toEqual({
      from: 'tool',
      text: 'one\ntwo\n{"count":3}',
    });
  });

  it('refuses what is no request', () => {
    expect(() => GEMINI.read({ contents: [] }, STREAM)).toThrow();
  });

  it('streams one event with words and call', () => {
    const asked = GEMINI.read({ contents: [user({ text: 'go' })] }, STREAM);
    const [event, ...more] = dataOf(GEMINI.reply(CALLING, asked, 7).chunks);
    expect(more).toEqual([]);
    const functionCall = { id: 'call_7_0', name: 'read', args: { path: '/key' } };
    const content = { role: 'model', parts: [{ text: 'Reading.' }, { functionCall }] };
    expect(event?.candidates).toEqual([{ index: 0, content, finishReason: 'STOP' }]);
  });

  it('answers whole', () => {
    const asked = GEMINI.read({ contents: [user({ text: 'go' })] }, WHOLE);
    const { contentType, chunks } = GEMINI.reply(SAYING, asked, 1);
    expect(contentType).toBe('application/json');
    expect(JSON.parse(chunks.join(''))).toMatchObject({ candidates: [{ content: { parts: [{ text: 'Done.' }] } }] });
  });
});
