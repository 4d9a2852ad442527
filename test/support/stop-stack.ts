/** After the integration tests. */
export default async function stopStack(): Promise<void> {
  const { forebayTestStack } = globalThis as { forebayTestStack?: { stop(): Promise<void> } };
  await forebayTestStack?.stop();
}
