import { compiledSource, problemsOf, sourceProblems } from './compiling.fixture';
import { eventSource } from './declarations';
import { declareFlights } from './flights.fixture';
import { project } from './project-declaration';

describe('event sources', () => {
  it('take what is declared', () => {
    const declared = {
      table: 'archive',
      eventId: 'tail',
      knownAt: 'time',
      allowedLateness: '0s',
      maxClockSkew: '1s',
      maxStaleness: '90s',
      partitions: 12,
      archiveOrder: ['origin', 'destination'],
    };
    expect(compiledSource(declared)).toMatchObject({
      table: 'archive',
      eventId: 'tail',
      knownAt: 'time',
      allowedLatenessMs: 0,
      maxClockSkewMs: 1_000,
      maxStalenessMs: 90_000,
      partitions: 12,
      archiveOrder: ['origin', 'destination'],
    });
  });

  const place = 'event source "flights"';
  const known = 'the fields are "time", "origin", "destination", "delay", "distance", "tail", "price"';
  it.each<[object, string]>([
    [{ eventTime: 'origin' }, `${place}, eventTime: field "origin" is string, not timestamp`],
    [{ eventTime: 'at' }, `${place}, eventTime: there is no field "at": ${known}`],
    [{ eventId: 'price' }, `${place}, eventId: field "price" is double, not string or int32 or int64`],
    [{ knownAt: 'delay' }, `${place}, knownAt: field "delay" is int32, not timestamp`],
    [
      { dedupe: '2h' },
      `${place}, dedupe: 2h without an event id: say in "eventId" which field tells copies of an event`,
    ],
    [
      { dedupe: '30m', eventId: 'tail' },
      `${place}, dedupe: 30m is shorter than the allowed lateness 1h: it must be at least as long, as copies may come that late`,
    ],
    [{ dedupe: '31d', eventId: 'tail' }, `${place}, dedupe: 31d is not between 1ms and 30d`],
    [{ archiveOrder: ['gate'] }, `${place}, archiveOrder: there is no field "gate": ${known}`],
    [{ archiveOrder: ['origin', 'origin'] }, `${place}, archiveOrder: field "origin" stands there twice`],
    [{ topic: 'a b' }, `${place}: "a b" is not a name of a topic: use up to 249 letters, digits, ., _ or -`],
    [{ topic: '..' }, `${place}: ".." is not a name of a topic: use up to 249 letters, digits, ., _ or -`],
    [
      { table: 'a-b' },
      `${place}, table: "a-b" is not a name: use a lowercase letter, then up to 62 lowercase letters, digits or _`,
    ],
    [{ partitions: 0 }, `${place}: partitions 0 is not a whole number from 1 to 8191`],
    [{ partitions: 9_000 }, `${place}: partitions 9000 is not a whole number from 1 to 8191`],
    [
      { allowedLateness: 'soon' },
      `${place}, allowedLateness: "soon" is not a duration such as 500ms, 90s, 15m, 1h or 30d`,
    ],
    [{ allowedLateness: '31d' }, `${place}, allowedLateness: 31d is not between 0ms and 30d`],
    [{ maxStaleness: '0s' }, `${place}, maxStaleness: 0s is not between 1ms and 1d`],
    [
      { fields: { time: 'timestamp', 'a.b': 'string' } },
      `${place}, field "a.b": "a.b" is not a name of a field: use a letter, then up to 62 letters, digits or _`,
    ],
    [
      { fields: { time: 'timestamp', in: 'string' } },
      `${place}, field "in": "in" is a reserved word of expressions: rename the field`,
    ],
    [
      { fields: { time: 'date' } },
      `${place}: "fields.time" is "date": expected one of "bool"|"int32"|"int64"|"double"|"string"|"timestamp"`,
    ],
    [{ owner: 5 }, `${place}: "owner" is 5: expected string, received number`],
    [
      { tags: { 'a b': 'x' } },
      `${place}: "tags.a b" is "a b": a tag is named by a lowercase letter, then letters, digits, _, . or -`,
    ],
  ])('%j are refused', (source, problem) => {
    expect(sourceProblems(source)).toContain(problem);
  });

  it('may have fields in camel case', () => {
    const fields = {
      time: 'timestamp',
      origin: 'string',
      destination: 'string',
      delay: 'int32',
      tailNumber: 'string',
    };
    expect(sourceProblems({ fields })).toEqual([]);
  });

  it('do not share a topic or a table', () => {
    const { flights } = declareFlights();
    const other = eventSource({
      name: 'other',
      topic: 'flights',
      table: 'flights',
      fields: { time: 'timestamp' },
      eventTime: 'time',
    });
    expect(problemsOf(project({ name: 'p', eventSources: [flights, other] }))).toEqual([
      'event source "other": topic "flights" is event source "flights"\'s already: declare one source with all fields, and a view for each use',
      'event source "other": table "flights" is event source "flights"\'s already: declare one source with all fields, and a view for each use',
    ]);
  });
});
