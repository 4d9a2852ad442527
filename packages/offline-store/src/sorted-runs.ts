/**
 * Runs in a sorted array: stretches of neighbours that belong together. A group's values are collected, sorted and cut, which takes
 * ClickHouse a quarter of the time of its maps (sumMap), and memory for each event instead of for each key.
 */
export interface SortedRuns {
  /** The first and the last value of each run. */
  readonly firsts: string;
  readonly lasts: string;
  /** How many values each run has, UInt64. */
  readonly lengths: string;
}

/**
 * @param sorted SQL of an array, best a name
 * @param cut whether a run ends between two neighbours, `before` and `after`
 * @param outside a value that belongs to no run with the first, or the last, value of the array
 */
export function sortedRuns(
  sorted: string,
  cut: (before: string, after: string) => string,
  outside: { readonly before: string; readonly after: string },
): SortedRuns {
  const earlier = `arrayPopBack(arrayPushFront(${sorted}, ${outside.before}))`;
  const later = `arrayPopFront(arrayPushBack(${sorted}, ${outside.after}))`;
  const ends = `arrayFilter((i, v, after) -> ${cut('v', 'after')}, arrayEnumerate(${sorted}), ${sorted}, ${later})`;
  return {
    firsts: `arrayFilter((v, before) -> ${cut('before', 'v')}, ${sorted}, ${earlier})`,
    lasts: `arrayFilter((v, after) -> ${cut('v', 'after')}, ${sorted}, ${later})`,
    lengths: `arrayMap(ends -> arrayMap((end, start) -> toUInt64(end - start), ends, arrayPopBack(arrayPushFront(ends, toUInt32(0)))), [${ends}])[1]`,
  };
}

/** The sums of the values that lie parallel to a sorted array, run by run: exact for integers (Int128), else compensated. */
export function sumsOfRuns(
  values: string,
  sorted: string,
  cut: (before: string, after: string) => string,
  integer: boolean,
): string {
  const typed = integer ? `CAST(${values}, 'Array(Int128)')` : `CAST(${values}, 'Array(Float64)')`;
  const runs = `arraySplit((x, v, before) -> ${cut('before', 'v')}, ${typed}, ${sorted}, arrayPopBack(arrayPushFront(${sorted}, ${sorted}[1])))`;
  return `arrayMap(run -> ${integer ? 'arraySum(run)' : "arrayReduce('sumKahan', run)"}, ${runs})`;
}
