import { EXIT, main } from '@forebay/cli';
import type { Scene } from './scene';

/** Runs `forebay …` as an operator would. Throws what it says when it does not succeed. */
export async function forebay(scene: Scene, ...args: readonly string[]): Promise<void> {
  let told = '';
  const output = { write: (text: string) => (told += text) };
  async function* nothing() {}
  const streams = { out: output, err: output, input: nothing() };
  const code = await main(['node', 'forebay', ...args], scene.installation.environment, streams);
  if (code !== EXIT.ok) throw new Error(`forebay ${args.join(' ')}: ${told}`);
}
