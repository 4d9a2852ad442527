import type { SecureContextOptions, TlsOptions } from 'node:tls';
import { WatchedFiles } from '../files/watched-files';
import type { Instruments } from '../instruments';
import type { Logger } from '../logger';
import { type CheckedTls, checkTls } from './tls-material';

export interface ServerTlsOptions {
  /** What the certificate is for, in logs and metrics, such as `serving`. */
  readonly what: string;
  /** Paths of PEM files. */
  readonly certFile: string;
  readonly keyFile: string;
  /** Set: clients must show a certificate of these authorities. */
  readonly clientCaFile?: string;
  readonly reloadEveryMs: number;
  readonly logger: Logger;
  readonly instruments: Instruments;
  /** The wall clock, ms. */
  readonly clock: () => number;
}

type Role = 'cert' | 'key' | 'ca';

/**
 * The TLS of a server, from files that may be replaced at any time. Connections that stand keep the certificate that
 * they began with; new ones get the new one. Files that are broken leave the old certificate in use, with a line in
 * the log and a metric.
 */
export class ServerTls {
  private constructor(
    private readonly files: WatchedFiles<Role, CheckedTls>,
    /** Whether a client has to show a certificate. */
    readonly asksClients: boolean,
    private readonly stopMetric: () => void,
  ) {}

  /** Throws `invalid_configuration` if the files cannot be used. */
  static async open(options: ServerTlsOptions): Promise<ServerTls> {
    const { what, certFile, keyFile, clientCaFile, logger, instruments, clock } = options;
    const reloads = instruments.counter('forebay_reloads_total');
    const paths = {
      cert: certFile,
      key: keyFile,
      ...(clientCaFile === undefined ? {} : { ca: clientCaFile }),
    };
    const files = await WatchedFiles.open<Role, CheckedTls>({
      what: `the TLS files of ${what} (${Object.values(paths).join(', ')})`,
      paths: paths as Record<Role, string>,
      parse: (contents) => checkTls(contents, clock()),
      everyMs: options.reloadEveryMs,
      onRefused: (error) => {
        reloads.add({ what: 'certificate', outcome: 'refused' });
        logger.error({ err: error }, `${error.message}; the certificate before stays in use`);
      },
    });
    logger.info(`TLS of ${what}: ${files.current.description}`);
    files.onChange(({ description }) => {
      reloads.add({ what: 'certificate', outcome: 'taken_up' });
      logger.info(`TLS of ${what}: new certificate ${description}`);
    });
    const stopMetric = instruments
      .gauge('forebay_certificate_expires_in_seconds')
      .observe(() => [[{ what }, (files.current.expiresAtMs - clock()) / 1_000]]);
    return new ServerTls(files, clientCaFile !== undefined, stopMetric);
  }

  /** Certificate, key and authorities, for a new connection of now. */
  get context(): SecureContextOptions {
    return this.files.current.context;
  }

  /** What a server is made with, besides `context`. */
  get serverOptions(): Pick<TlsOptions, 'requestCert' | 'rejectUnauthorized'> {
    return { requestCert: this.asksClients, rejectUnauthorized: this.asksClients };
  }

  /** Calls `listener` with every new context; returns the function that ends it. */
  onChange(listener: (context: SecureContextOptions) => void): () => void {
    return this.files.onChange(({ context }) => listener(context));
  }

  /** Looks at the files now; it is done by itself in time. */
  look(): Promise<void> {
    return this.files.look();
  }

  close(): void {
    this.stopMetric();
    this.files.close();
  }
}
