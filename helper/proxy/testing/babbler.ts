/** Started as a session's proxy is: it talks without end, and never ends a line. */
const words = 'x'.repeat(64 * 1024);
const talk = (): void => void process.stdout.write(words, talk);
talk();
