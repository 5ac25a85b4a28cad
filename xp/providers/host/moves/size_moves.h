/* The copies for elements of type T (an unsigned number as wide as the element): included once for each size.
 * SPDX-License-Identifier: BSD-3-Clause */

/* Dense rows of few bytes are copied element by element: a call of memcpy would cost more. */
#define SHORT_BYTES 64

static void NAME(load_strided)(T *to, const char *from, int64_t n, int64_t stride)
{
    if (stride == 2 * (int64_t)sizeof(T)) {
        const T *pairs = (const T *)from;
        for (int64_t i = 0; i < n; i++)
            to[i] = pairs[2 * i];
    } else if (stride == -(int64_t)sizeof(T)) {
        const T *last = (const T *)from;
        for (int64_t i = 0; i < n; i++)
            to[i] = last[-i];
    } else {
        for (int64_t i = 0; i < n; i++)
            to[i] = *(const T *)(from + i * stride);
    }
}

static void NAME(load_dense)(T *to, const char *from, int64_t rows, int64_t n, int64_t stride)
{
    if (n * (int64_t)sizeof(T) > SHORT_BYTES) {
        for (int64_t r = 0; r < rows; r++)
            memcpy(to + r * n, from + r * stride, (size_t)n * sizeof(T));
        return;
    }
    for (int64_t r = 0; r < rows; r++)
        for (int64_t i = 0; i < n; i++)
            to[r * n + i] = ((const T *)(from + r * stride))[i];
}

static void NAME(fill)(T *to, const char *from, int64_t rows, int64_t n, int64_t stride)
{
    for (int64_t r = 0; r < rows; r++) {
        const T value = *(const T *)(from + r * stride);
        for (int64_t i = 0; i < n; i++)
            to[r * n + i] = value;
    }
}

/* Rows that are all the same: one, and then copies of what is there, ever longer. */
static void NAME(repeat_row)(T *to, int64_t rows, int64_t n)
{
    for (int64_t done = n; done < rows * n;) {
        int64_t count = done < rows * n - done ? done : rows * n - done;
        memcpy(to + done, to, (size_t)count * sizeof(T));
        done += count;
    }
}

static void NAME(load)(char *target, int64_t address, int64_t rows, int64_t n, int64_t row_stride, int64_t stride)
{
    T *to = (T *)target;
    const char *from = (const char *)(intptr_t)address;
    int64_t different = row_stride == 0 ? 1 : rows;
    if (stride == (int64_t)sizeof(T)) {
        NAME(load_dense)(to, from, different, n, row_stride);
    } else if (stride == 0) {
        NAME(fill)(to, from, different, n, row_stride);
    } else {
        for (int64_t r = 0; r < different; r++)
            NAME(load_strided)(to + r * n, from + r * row_stride, n, stride);
    }
    if (different < rows)
        NAME(repeat_row)(to, rows, n);
}

static void NAME(store)(int64_t address, const char *source, int64_t rows, int64_t n, int64_t row_stride,
                        int64_t stride)
{
    const T *from = (const T *)source;
    char *to = (char *)(intptr_t)address;
    for (int64_t r = 0; r < rows; r++, from += n, to += row_stride) {
        if (stride == (int64_t)sizeof(T)) {
            memcpy(to, from, (size_t)n * sizeof(T));
            continue;
        }
        for (int64_t i = 0; i < n; i++)
            *(T *)(to + i * stride) = from[i];
    }
}

/* Eight columns at a time: as many lines of `from` are read in parallel. */
static void NAME(turn_plain)(T *to, const char *from, int64_t rows, int64_t columns, int64_t pitch, int64_t from_pitch)
{
    for (int64_t first = 0; first < columns; first += 8) {
        int64_t last = first + 8 < columns ? first + 8 : columns;
        for (int64_t r = 0; r < rows; r++)
            for (int64_t c = first; c < last; c++)
                to[r * pitch + c] = ((const T *)(from + c * from_pitch))[r];
    }
}

#undef SHORT_BYTES
