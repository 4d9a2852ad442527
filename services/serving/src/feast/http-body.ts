import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';

export type Body =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'too large' }
  | { readonly kind: 'not UTF-8' }
  | { readonly kind: 'broken off' };

/** Reads a request's body of at most `limit` bytes; what is beyond is not read. */
export async function readBody(request: IncomingMessage, limit: number): Promise<Body> {
  if (Number(request.headers['content-length'] ?? 0) > limit) return { kind: 'too large' };
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > limit) return { kind: 'too large' };
      chunks.push(chunk);
    }
  } catch {
    return { kind: 'broken off' };
  }
  const bytes = Buffer.concat(chunks);
  return isUtf8(bytes) ? { kind: 'text', text: bytes.toString() } : { kind: 'not UTF-8' };
}
