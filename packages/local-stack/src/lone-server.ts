import { Reaper } from './process/reaper';
import { LocalServer, type ServerSpec } from './process/server';
import { StackDirectory } from './stack-directory';
import type { ResolvedOptions } from './stack-options';

/** A server that no other needs. It ends with this process, however it ends. */
export interface LoneServer {
  readonly server: LocalServer;
  stop(): Promise<void>;
}

/** Starts it in a directory of its own, which is removed at the end unless it is to be kept; resolves when it answers. */
export async function startLoneServer(
  { name, options }: { readonly name: string; readonly options: ResolvedOptions },
  specOf: (directory: string, logPath: string) => ServerSpec,
): Promise<LoneServer> {
  const directory = StackDirectory.open(options);
  const reaper = new Reaper();
  if (!directory.keep) reaper.removeAtEnd(directory.path);
  const end = async () => {
    await reaper.close();
    directory.close();
  };
  const spec = specOf(directory.of(name), directory.logOf(name));
  const server = await LocalServer.start(spec, { reaper, log: options.log }).catch(async (thrown) => {
    await end();
    throw thrown;
  });
  options.log(`${name} is ready on port ${server.port}`);
  return {
    server,
    stop: async () => {
      await server.terminate();
      await end();
    },
  };
}
