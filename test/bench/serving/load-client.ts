import type { ChildProcess } from 'node:child_process';
import { endChild, startChild } from '../support/child';
import type { LoadOrder, LoadResult } from './load-main';

/** The client's process, which takes one order at a time. */
export class LoadClient {
  private constructor(private readonly child: ChildProcess) {}

  static async start(): Promise<LoadClient> {
    const { child } = await startChild<string>('load-main', [], __dirname);
    return new LoadClient(child);
  }

  /** Throws if a call failed. */
  async order(order: LoadOrder): Promise<LoadResult> {
    const result = await new Promise<LoadResult>((resolve, reject) => {
      const ended = () => reject(new Error('the load client ended'));
      this.child.once('exit', ended);
      this.child.once('message', (message) => {
        this.child.off('exit', ended);
        resolve(message as LoadResult);
      });
      this.child.send(order);
    });
    if (result.error !== null) throw new Error(`${order.kind} "${order.name}": ${result.error}`);
    return result;
  }

  stop(): Promise<void> {
    return endChild(this.child);
  }
}
