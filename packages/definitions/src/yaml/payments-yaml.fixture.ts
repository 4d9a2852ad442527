/** The same project as `paymentsProject` declares. */
export const PAYMENTS_YAML = `
name: payments
entities:
  - name: customer
    joinKeys: { customer: int64 }
eventSources:
  - name: payments
    topic: payments
    fields: { time: timestamp, id: string, customer: int64, amount: double, country: string }
    eventTime: time
    eventId: id
    dedupe: 2h
tableSources:
  - name: profiles
    table: crm.profiles
    fields:
      customer: int64
      since: timestamp
      seen: timestamp
      limit: double
      tier: string
      taste: vector<3>
    eventTime: since
    knownAt: seen
aggregationViews:
  - name: recent
    entity: customer
    source: payments
    features:
      amount_1h: { operation: sum, input: amount, window: 1h }
      amount_mean_7d: { operation: mean, input: amount, window: 7d }
      amount_stddev_7d: { operation: stddev, input: amount, window: 7d }
      countries: { operation: top_k, input: country, k: 3, window: 7d }
      momentum: { operation: decayed_sum, input: amount, halfLife: 6h }
      session: { operation: session_events, window: { session: { gap: 30m } } }
      yesterday: { operation: count, window: { tumbling: 24h, origin: 6h } }
  - name: daily
    entity: customer
    source: payments
    stream: false
    schedule: { every: 24h }
    features:
      amounts: { operation: quantiles, input: amount, quantiles: [0.5, 0.9], window: 30d }
      by_country: { operation: count_by, category: country, window: 90d, maxKeys: 300 }
      payments: { operation: count, window: 30d }
tableViews:
  - name: profile
    entity: customer
    source: profiles
    schedule: { every: 1h }
    maxAge: 365d
    features:
      credit_limit: limit
      tier: { field: tier, description: of service }
      taste: taste
onDemandViews:
  - name: risk
    inputs:
      - view: recent
        pick: [amount_mean_7d, amount_stddev_7d]
      - profile
    request: { amount: double }
    features:
      z: (amount - amount_mean_7d) / amount_stddev_7d
      of_limit: { expression: 'part_of(amount, credit_limit)', description: part of the limit }
      suspicious: z > 3.0 && of_limit > 0.5
functions:
  - name: part_of
    parameters: [double, double]
    result: double
    evaluate: (a, b) => a / b
    sql: '{0} / {1}'
featureServices:
  - name: fraud
    features: [{ view: recent, pick: [amount_1h] }, daily, profile, risk]
`;
