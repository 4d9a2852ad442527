/** A process with a stack of its own, to be killed: `node local-stack-parent.js <options as JSON>` prints what it has started. */
const { startLocalStack } = require('@forebay/local-stack');

async function main() {
  const stack = await startLocalStack(JSON.parse(process.argv[2]));
  const servers = Object.values(stack.servers).filter((server) => server !== null);
  const started = servers.map(({ name, pid, port }) => ({ name, pid, port }));
  process.stdout.write(`${JSON.stringify({ dataDir: stack.dataDir, servers: started })}\n`);
}

main().catch((error) => {
  process.stdout.write(`${JSON.stringify({ error: error.message })}\n`);
  process.exit(1);
});
