import fc from 'fast-check';
import { RawCommand } from './raw-command';
import { MalformedReply, replyEnd } from './reply-end';
import { ReplyIntake } from './reply-intake';
import type { StoredValues } from './stored-values';

/** A reply as text of the protocol, and what its command must get; null: it goes to the decoder. */
interface Sent {
  readonly bytes: Buffer;
  readonly values: (string | null)[] | null;
}

const value = fc.option(fc.string({ maxLength: 40, unit: fc.constantFrom('a', '\r', '\n', '$', '*', '_') }), {
  nil: null,
});

const bulk = (text: string | null, asResp3: boolean) =>
  text === null ? (asResp3 ? '_\r\n' : '$-1\r\n') : `$${text.length}\r\n${text}\r\n`;

const values: fc.Arbitrary<Sent> = fc
  .tuple(fc.array(value, { maxLength: 6 }), fc.boolean())
  .map(([list, asResp3]) => ({
    bytes: Buffer.from(`*${list.length}\r\n${list.map((text) => bulk(text, asResp3)).join('')}`),
    values: list,
  }));

const OTHERS = [
  '+OK\r\n',
  '-MOVED 3999 127.0.0.1:6381\r\n',
  ':42\r\n',
  '$5\r\nhello\r\n',
  '*2\r\n$1\r\na\r\n*1\r\n:1\r\n',
  '%1\r\n+k\r\n*0\r\n',
  '|1\r\n+ttl\r\n:1\r\n+OK\r\n',
  '!7\r\nERR bad\r\n',
  '$-1\r\n',
  '*-1\r\n',
];
const other: fc.Arbitrary<Sent> = fc
  .constantFrom(...OTHERS)
  .map((text) => ({ bytes: Buffer.from(text), values: null }));

const textsOf = (values: StoredValues) =>
  Array.from({ length: values.length }, (_, i) => {
    const value = values.at(i);
    return value === null ? null : Buffer.from(value).toString();
  });

/** Cuts the bytes at the positions, given as shares of the whole. */
function cut(bytes: Buffer, shares: readonly number[]): Buffer[] {
  const at = [0, ...shares.map((share) => Math.floor(share * bytes.length)), bytes.length].sort(
    (a, b) => a - b,
  );
  return at.slice(1).map((to, i) => Buffer.from(bytes.subarray(at[i], to)));
}

it('gives each command its values, and the decoder every other reply whole, wherever the chunks are cut', () => {
  const sent = fc.array(fc.oneof({ arbitrary: values, weight: 3 }, other), { minLength: 1, maxLength: 8 });
  const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });
  fc.assert(
    fc.property(sent, shares, (replies, cuts) => {
      const got: (string | (string | null)[])[] = [];
      const queue = replies.map(({ values: expected }) => ({
        command:
          expected === null
            ? { name: 'get' }
            : new RawCommand(
                'mget',
                Buffer.alloc(0),
                (reply) => got.push(textsOf(reply as StoredValues)),
                () => {},
              ),
      }));
      const inside = {
        stream: null as never,
        commandQueue: { length: 0, peekFront: () => queue[0], shift: () => queue.shift() },
      };
      const intake = new ReplyIntake(inside, (bytes) => {
        got.push(bytes.toString());
        queue.shift();
      });
      for (const chunk of cut(Buffer.concat(replies.map(({ bytes }) => bytes)), cuts)) intake.take(chunk);
      expect(got).toEqual(replies.map(({ bytes, values: expected }) => expected ?? bytes.toString()));
      expect(queue).toEqual([]);
    }),
    { numRuns: 2_000 },
  );
});

it('takes an error for a reply of its own, though the command asks for values', () => {
  const error = jest.fn();
  const queue = [
    {
      command: new RawCommand(
        'mget',
        Buffer.alloc(0),
        () => {},
        () => {},
      ),
    },
  ];
  const inside = {
    stream: null as never,
    commandQueue: { length: 0, peekFront: () => queue[0], shift: () => queue.shift() },
  };
  new ReplyIntake(inside, error).take(Buffer.from('-LOADING Redis is loading\r\n'));
  expect(error).toHaveBeenCalledWith(Buffer.from('-LOADING Redis is loading\r\n'));
});

it('refuses bytes that are no reply', () => {
  expect(() => replyEnd(Buffer.from('hello\r\n'), 0)).toThrow('no reply of Redis begins with "h"');
  const nothing = () => {};
  const command = new RawCommand('mget', Buffer.alloc(0), nothing, nothing);
  const inside = {
    stream: null as never,
    commandQueue: { length: 1, peekFront: () => ({ command }), shift: () => ({ command }) },
  };
  const take = (text: string) => new ReplyIntake(inside, nothing).take(Buffer.from(text));
  expect(() => take('*1\r\n:5\r\n')).toThrow(MalformedReply);
  expect(() => take('*x\r\n')).toThrow('an MGET was answered with NaN values');
  expect(() => take('*-1\r\n')).toThrow('an MGET was answered with -1 values');
});

it('takes answers that are larger than its memory, through `room` as through `take`, and others in between', () => {
  const got: string[] = [];
  const sizes = [10, 700_000, 0, 200_000, 3, 1_500_000, 5];
  const replies = sizes.map((size) =>
    Buffer.from(`*2\r\n$${size}\r\n${'v'.repeat(size)}\r\n$1\r\n.\r\n+OK\r\n`),
  );
  const queue = sizes.flatMap(() => [
    {
      command: new RawCommand(
        'mget',
        Buffer.alloc(0),
        (reply) => got.push((textsOf(reply as StoredValues) as string[]).map(({ length }) => length).join()),
        () => {},
      ),
    },
    { command: { name: 'set' } },
  ]);
  const inside = {
    stream: null as never,
    commandQueue: { length: 0, peekFront: () => queue[0], shift: () => queue.shift() },
  };
  const intake = new ReplyIntake(inside, (bytes) => {
    got.push(bytes.toString().trim());
    queue.shift();
  });
  const sent = Buffer.concat(replies);
  let at = 0;
  for (let turn = 0; at < sent.length; turn++) {
    const room = intake.room();
    const count = Math.min(sent.length - at, room.length, 1 + ((turn * 48_271) % 65_536));
    expect(count).toBeGreaterThan(0);
    sent.copy(room, 0, at, at + count);
    intake.taken(count);
    at += count;
  }
  expect(got).toEqual(sizes.flatMap((size) => [`${size},1`, '+OK']));
});
