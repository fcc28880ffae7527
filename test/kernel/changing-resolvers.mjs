// Asks two name servers for names that nobody has asked for, again and again, and says what connecting to their answers comes to.
// `changing-resolvers.mjs PORT FIRST SECOND`
import { Resolver } from 'node:dns/promises';
import { connect } from 'node:net';

const [port, ...servers] = process.argv.slice(2);
const resolvers = servers.map((server) => {
  const resolver = new Resolver({ tries: 1, timeout: 5000 });
  resolver.setServers([server]);
  return resolver;
});

function reach(address) {
  return new Promise((resolve) => {
    const socket = connect(Number(port), address);
    socket.once('connect', () => {
      socket.destroy();
      resolve('connected');
    });
    socket.once('error', ({ code }) => resolve(code));
  });
}

for (let round = 0; ; round += 1) {
  const said = [];
  for (const resolver of resolvers) {
    const addresses = await resolver.resolve4(`n${round}.example.org`).catch(({ code }) => [code]);
    said.push(addresses[0]?.includes('.') ? await reach(addresses[0]) : `no answer: ${addresses[0]}`);
  }
  console.log(said.join(' '));
  await new Promise((resolve) => setTimeout(resolve, 200));
}
