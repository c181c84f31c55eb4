/** Rows of (column, value) pairs, stored one after the other; row i is entries `start[i]` to `start[i + 1] - 1`. */
export interface SparseMatrix {
  readonly rows: number
  readonly columns: number
  readonly start: Int32Array
  readonly column: Int32Array
  readonly value: Float32Array
}

/** Collects rows into a matrix. */
export function createMatrixBuilder(columns: number) {
  let column = new Int32Array(1 << 16)
  let value = new Float32Array(1 << 16)
  const start = [0]
  let size = 0
  return {
    /** Adds one entry to the row being built. */
    push(at: number, amount: number): void {
      if (size === column.length) {
        column = grow(column, new Int32Array(size * 2))
        value = grow(value, new Float32Array(size * 2))
      }
      column[size] = at
      value[size++] = amount
    },
    endRow(): void {
      start.push(size)
    },
    build(): SparseMatrix {
      return {
        rows: start.length - 1,
        columns,
        start: Int32Array.from(start),
        column: column.slice(0, size),
        value: value.slice(0, size),
      }
    },
  }
}

function grow<T extends Int32Array | Float32Array>(from: T, to: T): T {
  to.set(from)
  return to
}

/** The rows at `indices`, in that order. */
export function selectRows(matrix: SparseMatrix, indices: ArrayLike<number>): SparseMatrix {
  const builder = createMatrixBuilder(matrix.columns)
  for (let i = 0; i < indices.length; i++) {
    const row = indices[i] ?? 0
    const end = matrix.start[row + 1] ?? 0
    for (let k = matrix.start[row] ?? 0; k < end; k++) builder.push(matrix.column[k] ?? 0, matrix.value[k] ?? 0)
    builder.endRow()
  }
  return builder.build()
}

/** In how many rows each column occurs. */
export function columnCounts(matrix: SparseMatrix): Int32Array {
  const counts = new Int32Array(matrix.columns)
  for (const column of matrix.column) counts[column] = (counts[column] ?? 0) + 1
  return counts
}

/** In rows of how many groups each column occurs; row i is of group `groups[i]`. */
export function columnGroups(matrix: SparseMatrix, groups: ArrayLike<number>): Int32Array {
  const counts = new Int32Array(matrix.columns)
  const lastGroup = new Int32Array(matrix.columns).fill(-1)
  const byGroup = Array.from({ length: matrix.rows }, (_, row) => row).sort(
    (a, b) => (groups[a] ?? 0) - (groups[b] ?? 0),
  )
  for (const row of byGroup) {
    for (let k = matrix.start[row] ?? 0; k < (matrix.start[row + 1] ?? 0); k++) {
      const column = matrix.column[k] ?? 0
      if (lastGroup[column] === groups[row]) continue
      lastGroup[column] = groups[row] ?? 0
      counts[column] = (counts[column] ?? 0) + 1
    }
  }
  return counts
}

/** Keeps the columns with a number in `numbers` (0 or more), renumbered so; others (-1) are dropped. */
export function renumberColumns(matrix: SparseMatrix, numbers: Int32Array, columns: number): SparseMatrix {
  const builder = createMatrixBuilder(columns)
  for (let row = 0; row < matrix.rows; row++) {
    const end = matrix.start[row + 1] ?? 0
    for (let k = matrix.start[row] ?? 0; k < end; k++) {
      const number = numbers[matrix.column[k] ?? 0] ?? -1
      if (number >= 0) builder.push(number, matrix.value[k] ?? 0)
    }
    builder.endRow()
  }
  return builder.build()
}
