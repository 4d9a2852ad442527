import { compileProject } from './compile-project';
import { problemsOf } from './compiling.fixture';
import { onDemandView } from './on-demand-view-declaration';
import { declarePayments, paymentsProject } from './payments.fixture';
import { featureService, project } from './project-declaration';

const riskProblems = (risk: object) => problemsOf(paymentsProject({ risk }));
const place = 'view "risk"';

/** A project with these on-demand views beside those of the payments. */
function withViews(
  views: (declared: ReturnType<typeof declarePayments>) => ReturnType<typeof onDemandView>[],
) {
  const declared = declarePayments();
  const { customer, payments, recent, daily, profiles, profile, ratio, risk } = declared;
  return project({
    name: 'payments',
    entities: [customer],
    eventSources: [payments],
    tableSources: [profiles],
    aggregationViews: [recent, daily],
    tableViews: [profile],
    functions: [ratio],
    onDemandViews: [risk, ...views(declared)],
  });
}

describe('on-demand views', () => {
  it.each<[object, string | RegExp]>([
    [{ features: {} }, `${place}: no features: declare at least one`],
    [{ features: { x: 'amont * 2.0' } }, /^view "risk", feature "x": .*amont/],
    [{ features: { x: 'y + 1.0', y: 'amount' } }, /^view "risk", feature "x": .*y/],
    [{ features: { x: 'part_off(amount, amount)' } }, /^view "risk", feature "x": .*part_off/],
    [{ features: { x: 'part_of(amount)' } }, /^view "risk", feature "x": .*part_of/],
    [
      { features: { x: 5 } },
      `${place}: "features.x" is 5: expected an expression, or { expression, description }`,
    ],
    [
      { features: { amount: '1.0' } },
      `${place}, feature "amount": an input or a field of the request has that name: choose another`,
    ],
    [
      { request: { credit_limit: 'double', amount: 'double' } },
      `${place}, request field "credit_limit": an input has that name: rename the field of the request`,
    ],
    [
      { request: { in: 'double', amount: 'double' } },
      `${place}, request field "in": "in" is a reserved word of expressions: rename the field`,
    ],
    [
      { request: { amount: 'number' } },
      `${place}: "request.amount" is "number": expected one of "bool"|"int32"|"int64"|"double"|"string"|"timestamp"`,
    ],
    [
      { inputs: ['recent'] },
      `${place}: "inputs.0" is "recent": expected what aggregationView(), tableView(), onDemandView() or pick() returns`,
    ],
    [
      { inputs: [declarePayments().recent] },
      `${place}: view "recent" is not in the project: add it to aggregationViews`,
    ],
    [{ window: '1h' }, `${place}: unknown option "window": check its spelling, or leave it out`],
  ])('%j are refused', (risk, problem) => {
    const expected = typeof problem === 'string' ? problem : expect.stringMatching(problem);
    expect(riskProblems(risk)).toContainEqual(expected);
  });

  it('cannot read maps, lists and vectors: picked by name they are refused, in a whole view passed over', () => {
    const view = (whole: boolean) =>
      withViews(({ recent }) => [
        onDemandView({
          name: 'x',
          inputs: [whole ? recent : recent.pick('amount_1h', 'countries')],
          features: { y: 'amount_1h + 1.0' },
        }),
      ]);
    expect(problemsOf(view(true))).toEqual([]);
    expect(problemsOf(view(false))).toEqual([
      'view "x": input "countries" of view "recent" is list<string>, and expressions take scalars: leave it out',
    ]);
  });

  it('name columns by the view where features of several inputs share a name', () => {
    const declaration = withViews(({ daily, recent }) => {
      const first = onDemandView({ name: 'a', inputs: [daily], features: { n: 'payments' } });
      const second = onDemandView({ name: 'b', inputs: [recent], features: { n: 'yesterday' } });
      return [
        first,
        second,
        onDemandView({ name: 'c', inputs: [first, second], features: { x: 'a__n - b__n' } }),
      ];
    });
    expect(
      compileProject(declaration)
        .onDemandViews.at(-1)
        ?.inputs.map(({ column }) => column),
    ).toEqual(['a__n', 'b__n']);
  });

  it('refuse two versions of one view, whose columns would have one name', () => {
    const declaration = withViews(({ daily, recent }) => {
      const first = onDemandView({ name: 'a', inputs: [daily], features: { n: 'payments' } });
      const second = onDemandView({ name: 'a', version: 2, inputs: [recent], features: { n: 'yesterday' } });
      return [first, second, onDemandView({ name: 'c', inputs: [first, second], features: { x: 'a__n' } })];
    });
    expect(problemsOf(declaration)).toEqual([
      'view "c": inputs "a.n" and "a@2.n" are both column "a__n": leave one of them out',
    ]);
  });

  it('may be declared in any order, and read each other', () => {
    const declaration = withViews(({ recent }) => {
      const first = onDemandView({ name: 'a', inputs: [recent], features: { n: 'yesterday' } });
      return [onDemandView({ name: 'b', inputs: [first], features: { m: 'n + 1' } }), first];
    });
    expect(problemsOf(declaration)).toEqual([]);
  });

  it('do not read each other in a circle, which is named', () => {
    const inputs: ReturnType<typeof onDemandView>[] = [];
    const declaration = withViews(() => {
      const first = onDemandView({ name: 'a', inputs, features: { n: 'm' } });
      const second = onDemandView({ name: 'b', inputs: [first], features: { k: 'n' } });
      const third = onDemandView({ name: 'c', inputs: [second], features: { m: 'k' } });
      inputs.push(third);
      return [first, second, third];
    });
    expect(problemsOf(declaration)).toEqual([
      'view "a": on-demand views read each other in a circle, "a" → "c" → "b" → "a": take one of these inputs out',
    ]);
  });

  it('may read nothing but the request', () => {
    const declaration = withViews(() => [
      onDemandView({ name: 'x', request: { amount: 'double' }, features: { large: 'amount > 100.0' } }),
    ]);
    expect(problemsOf(declaration)).toEqual([]);
  });
});

describe('feature services with on-demand views', () => {
  const serviceProblems = (views: Parameters<typeof withViews>[0]) => {
    const { options } = withViews(views);
    const features = options.onDemandViews ?? [];
    return problemsOf(project({ ...options, featureServices: [featureService({ name: 's', features })] }));
  };

  it('do not mix request fields of one name and different types', () => {
    expect(
      serviceProblems(() => [
        onDemandView({ name: 'x', request: { amount: 'string' }, features: { y: "amount == ''" } }),
      ]),
    ).toEqual([
      'feature service "s": "amount" is double as request field of view "risk" and string as request field of view "x": rename one, or make two feature services',
    ]);
  });

  it('do not mix request fields and join keys of one name and different types', () => {
    expect(
      serviceProblems(() => [
        onDemandView({ name: 'x', request: { customer: 'string' }, features: { y: "customer == ''" } }),
      ]),
    ).toEqual([
      'feature service "s": "customer" is int64 as join key of entity "customer" and string as request field of view "x": rename one, or make two feature services',
    ]);
  });
});
