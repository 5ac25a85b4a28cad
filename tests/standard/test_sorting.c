/* Sorting, selection and distinct elements against plain loops: long and short lines, awkward values, any step, threads
 * and instruction sets.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <math.h>

#include "support.h"

static const int64_t lengths[] = {1, 2, 7, 16, 17, 33, 64, 65, 127, 128, 129, 255, 256, 257, 1000, 3000, 70001, 150000};
enum { N_LENGTHS = sizeof lengths / sizeof lengths[0], MOST = 150000 };

typedef enum data_kind { RANDOM, FEW, ASCENDING, DESCENDING, AWKWARD, N_DATA_KINDS } data_kind;

static double draw(data_kind kind, int64_t i, int64_t n, bool floating, support_random *random)
{
    static const double awkward[] = {NAN, 0.0, -0.0, INFINITY, -INFINITY, 1.0};
    switch (kind) {
    case FEW:
        return (double)support_integer(random, 0, 5);
    case ASCENDING:
        return floating ? (double)i : (double)(i * 100 / n);
    case DESCENDING:
        return floating ? (double)(n - i) : (double)((n - i) * 100 / n);
    case AWKWARD:
        return floating ? awkward[support_integer(random, 0, 6)] : (double)support_integer(random, 0, 120);
    default:
        return floating ? support_uniform(random, -1, 1) : (double)support_integer(random, 0, 120);
    }
}

/* ---- what is expected: a stable merge sort of positions ---------------------------------------------------------- */

static bool is_before(double a, double b, bool descending)
{
    bool nan_a = a != a, nan_b = b != b;
    if (nan_a || nan_b)
        return descending ? nan_a && !nan_b : nan_b && !nan_a;
    return descending ? a > b : a < b;
}

static void merge_sort(int64_t *positions, int64_t *spare, int64_t n, const double *x, bool descending)
{
    if (n < 2)
        return;
    int64_t half = n / 2, i = 0, j = half;
    merge_sort(positions, spare, half, x, descending);
    merge_sort(positions + half, spare, n - half, x, descending);
    for (int64_t k = 0; k < n; k++) {
        bool second = i == half || (j < n && is_before(x[positions[j]], x[positions[i]], descending));
        spare[k] = second ? positions[j++] : positions[i++];
    }
    memcpy(positions, spare, (size_t)n * sizeof *positions);
}

static double values[MOST], expected[MOST];
static int64_t order[MOST], spare[MOST];

static void check_line(xp_dtype dtype, data_kind kind, int64_t n, bool descending)
{
    const struct xp_device *host = xp_device("host");
    const bool floating = dtype == XP_FLOAT32 || dtype == XP_FLOAT64;
    support_random random = {(uint64_t)(n * 31 + kind)};
    xp_scope scope = xp_scope_open();
    for (int64_t i = 0; i < n; i++)
        values[i] = dtype == XP_BOOL ? (double)support_integer(&random, 0, 2) : draw(kind, i, n, floating, &random);
    xp_array *x = support_array(values, dtype, XP_SHAPE(n), host);
    xp_to_host(xp_astype(x, XP_FLOAT64, false), values, (size_t)n * sizeof *values); /* as rounded to the dtype */
    for (int64_t i = 0; i < n; i++)
        order[i] = i;
    merge_sort(order, spare, n, values, descending);
    for (int64_t i = 0; i < n; i++)
        expected[i] = values[order[i]];
    xp_array *wanted = support_array(expected, dtype, XP_SHAPE(n), host);
    xp_array *positions = xp_from_host(order, XP_INT64, XP_SHAPE(n), host);
    xp_assert_identical(xp_sort(x, 0, descending, true), wanted);
    xp_assert_identical(xp_argsort(x, 0, descending, true), positions);
    xp_assert_closes(scope);
}

CHECKED_TEST(standard_sorting, any_length_and_values)
{
    for (int threads = 1; threads <= 2; threads++) {
        xp_set_num_threads(threads);
        XP_TEST_DTYPES(dtype, XP_TEST_REAL | XP_TEST_BOOL)
        {
            const bool all = dtype == XP_FLOAT64 || dtype == XP_FLOAT32 || dtype == XP_UINT64;
            for (int i = 0; i < (all ? N_LENGTHS : N_LENGTHS - 2); i++)
                for (data_kind kind = RANDOM; kind < N_DATA_KINDS; kind++)
                    check_line(dtype, kind, lengths[i], i % 2 == 1);
        }
    }
    xp_set_num_threads(0);
}

/* Small integers, all values of them, by counting where there are many: what int64 gives. */
CHECKED_TEST(standard_sorting, many_small_integers)
{
    const struct xp_device *host = xp_device("host");
    const int64_t counted[] = {255, 256, 257, 65535, 65536, 65537, 100003};
    XP_TEST_DTYPES(dtype, XP_TEST_DTYPE(XP_INT8) | XP_TEST_DTYPE(XP_UINT8) | XP_TEST_DTYPE(XP_INT16) |
                              XP_TEST_DTYPE(XP_UINT16) | XP_TEST_DTYPE(XP_BOOL))
    for (int i = 0; i < 7; i++)
        for (int descending = 0; descending < 2; descending++) {
            const int64_t n = counted[i];
            xp_scope scope = xp_scope_open();
            xp_array *x = xp_multiply(xp_arange(0, (double)n, 1, XP_INT64, host), xp_scalar_int(40503));
            x = xp_astype(xp_bitwise_right_shift(x, xp_scalar_int(i % 3)), dtype, false);
            xp_array *wanted = xp_sort(xp_astype(x, XP_INT64, false), 0, descending, true);
            xp_assert_identical(xp_sort(x, 0, descending, true), xp_astype(wanted, dtype, false));
            xp_array *two = xp_stack((xp_array *const[]){x, x}, 2, 1);
            xp_array *column = xp_get(two, XP_INDEX(xp_ellipsis(), xp_at(1)));
            xp_assert_identical(xp_sort(column, 0, descending, true), xp_astype(wanted, dtype, false));
            xp_array *columns = xp_sort(two, 0, descending, true);
            xp_assert_identical(xp_get(columns, XP_INDEX(xp_ellipsis(), xp_at(0))), xp_astype(wanted, dtype, false));
            xp_assert_closes(scope);
        }
}

/* Lines that lie side by side, of any number and length, and their turned, flipped and stretched views. */
CHECKED_TEST(standard_sorting, lines_side_by_side)
{
    for (int threads = 1; threads <= 2; threads++) {
        xp_set_num_threads(threads);
        XP_TEST_DTYPES(dtype, XP_TEST_REAL | XP_TEST_BOOL)
        for (int round = 0; round < 12; round++) {
            const struct xp_device *host = xp_device("host");
            const bool floating = dtype == XP_FLOAT32 || dtype == XP_FLOAT64, descending = round % 2 == 1;
            support_random random = {(uint64_t)(round + 100)};
            const int64_t n = support_integer(&random, 1, 300), lines = support_integer(&random, 1, 150);
            xp_scope scope = xp_scope_open();
            for (int64_t i = 0; i < n * lines; i++)
                values[i] = draw(round % 3 ? RANDOM : AWKWARD, i, n, floating, &random);
            xp_array *x = xp_astype(support_array(values, floating ? dtype : XP_INT8, XP_SHAPE(n, lines), host), dtype,
                                    false);
            xp_array *turned = xp_asarray(xp_matrix_transpose(x), XP_DEFAULT_DTYPE, XP_COPY_ALWAYS, host);
            xp_array *sorted = xp_sort(turned, 1, descending, true);
            xp_array *positions = xp_argsort(turned, 1, descending, true);
            xp_assert_identical(xp_sort(x, 0, descending, true), xp_matrix_transpose(sorted));
            xp_assert_identical(xp_argsort(x, 0, descending, true), xp_matrix_transpose(positions));
            xp_array *flipped = xp_flip(x, XP_OVER(1));
            xp_array *expected_there = xp_flip(xp_matrix_transpose(sorted), XP_OVER(1));
            xp_assert_identical(xp_sort(flipped, 0, descending, true), expected_there);
            xp_array *deep = xp_reshape(x, XP_SHAPE(1, n, lines, 1));
            xp_array *stack = xp_concat((xp_array *const[]){deep, deep}, 2, 0);
            xp_array *twice = xp_sort(stack, 1, descending, true);
            xp_assert_identical(xp_reshape(xp_get(twice, XP_INDEX(xp_at(1))), XP_SHAPE(n, lines)),
                                xp_matrix_transpose(sorted));
            if (dtype != XP_BOOL) {
                xp_assert_identical(xp_extra_median(x, XP_OVER(0)), xp_extra_median(turned, XP_OVER(1)));
                xp_assert_identical(xp_extra_partition(x, n / 3, 0),
                                    xp_matrix_transpose(xp_extra_partition(turned, n / 3, 1)));
            }
            xp_assert_closes(scope);
        }
    }
    xp_set_num_threads(0);
}

/* Ranks that differ only in bits that are dropped at first: doubles in narrow groups far apart. */
CHECKED_TEST(standard_sorting, positions_of_close_values)
{
    enum { N = 100000 };
    xp_scope scope = xp_scope_open();
    support_random random = {7};
    for (int64_t i = 0; i < N; i++)
        values[i] = ldexp(1.0, (int)support_integer(&random, 0, 3) * 300) *
                    (1.0 + 0x1p-52 * (double)support_integer(&random, 0, 1000));
    for (int64_t i = 0; i < N; i++)
        order[i] = i;
    merge_sort(order, spare, N, values, false);
    xp_array *x = support_array(values, XP_FLOAT64, XP_SHAPE(N), xp_device("host"));
    xp_assert_identical(xp_argsort(x, 0, false, true), xp_from_host(order, XP_INT64, XP_SHAPE(N), xp_device("host")));
    xp_assert_closes(scope);
}

/* The median lies between the middle elements in order, whatever the values; selection against the sorted line. */
CHECKED_TEST(standard_sorting, selection_gives_what_sorting_gives)
{
    const struct xp_device *host = xp_device("host");
    XP_TEST_DTYPES(dtype, XP_TEST_REAL_FLOATING | XP_TEST_DTYPE(XP_INT32) | XP_TEST_DTYPE(XP_UINT16))
    for (int i = 0; i < N_LENGTHS; i++)
        for (data_kind kind = RANDOM; kind < AWKWARD; kind++) {
            const int64_t n = lengths[i];
            const bool floating = dtype == XP_FLOAT32 || dtype == XP_FLOAT64;
            support_random random = {(uint64_t)(n + kind)};
            xp_scope scope = xp_scope_open();
            for (int64_t j = 0; j < n; j++)
                values[j] = draw(kind, j, n, floating, &random);
            xp_array *x = support_array(values, dtype, XP_SHAPE(n), host);
            xp_to_host(xp_astype(x, XP_FLOAT64, false), values, (size_t)n * sizeof *values);
            for (int64_t j = 0; j < n; j++)
                order[j] = j;
            merge_sort(order, spare, n, values, false);
            const double q[] = {0.0, 0.03, 0.3, 0.5, 0.77, 1.0};
            double at[6];
            for (int j = 0; j < 6; j++) {
                double rank = ceil((double)n * q[j]) - 1;
                at[j] = values[order[rank < 0 ? 0 : (int64_t)rank]];
            }
            for (int count = 1; count <= 6; count += 5) {
                xp_array *levels = support_array(q + 3 * (count == 1), XP_FLOAT64, XP_SHAPE(count), host);
                xp_array *got = xp_extra_quantile(x, levels, XP_ALL, XP_QUANTILE_INVERTED_CDF);
                xp_assert_equal(xp_astype(got, XP_FLOAT64, false),
                                support_array(at + 3 * (count == 1), XP_FLOAT64, XP_SHAPE(count), host));
            }
            xp_assert_closes(scope);
        }
}

/* What should come of partitions of the lines of `values` (lines, n): order[] of its positions, from its meaning. */
static void part_lines(int64_t lines, int64_t n, int64_t kth)
{
    for (int64_t line = 0; line < lines; line++) {
        const double *x = values + line * n;
        int64_t *to = order + line * n, at = 0;
        for (int64_t i = 0; i < n; i++)
            spare[i] = i;
        merge_sort(spare, spare + n, n, x, false);
        const double pivot = x[spare[kth]];
        for (int class = 0; class < 4; class++)
            for (int64_t i = 0; i < n; i++) {
                const int below = is_before(x[i], pivot, false), above = is_before(pivot, x[i], false);
                if (class == (below ? 0 : !above ? 1 : x[i] == x[i] ? 2 : 3))
                    to[at++] = i;
            }
        for (int64_t i = 0; i < n; i++)
            expected[line * n + i] = x[to[i]];
    }
}

CHECKED_TEST(standard_sorting, partitions_keep_the_order_of_their_parts)
{
    XP_TEST_PROVIDERS(device)
    XP_TEST_DTYPES(dtype, XP_TEST_REAL | XP_TEST_BOOL)
    for (data_kind kind = RANDOM; kind < N_DATA_KINDS; kind++)
        for (int round = 0; round < 6; round++) {
            const bool floating = dtype == XP_FLOAT32 || dtype == XP_FLOAT64;
            support_random random = {(uint64_t)(round * 7 + kind)};
            const int64_t n = round == 5 ? 30000 : support_integer(&random, 1, 300), lines = round == 5 ? 2 : 5;
            const int64_t kth = support_integer(&random, 0, n);
            if (dtype == XP_BOOL && device != xp_device("host")) /* beyond the standard */
                continue;
            xp_scope scope = xp_scope_open();
            for (int64_t i = 0; i < lines * n; i++)
                values[i] = dtype == XP_BOOL ? (double)support_integer(&random, 0, 2)
                                             : draw(kind, i % n, n, floating, &random);
            xp_array *x = support_array(values, dtype, XP_SHAPE(lines, n), device);
            for (int64_t i = 0; i < lines * n; i++)
                values[i] = dtype == XP_FLOAT32 ? (double)(float)values[i] : floating ? values[i] : floor(values[i]);
            part_lines(lines, n, kth);
            xp_array *wanted = support_array(expected, dtype, XP_SHAPE(lines, n), device);
            xp_array *positions = xp_from_host(order, XP_INT64, XP_SHAPE(lines, n), device);
            xp_assert_identical(xp_extra_partition(x, kth, 1), wanted);
            xp_assert_identical(xp_extra_argpartition(x, kth - n, -1), positions);
            x = xp_asarray(xp_matrix_transpose(x), XP_DEFAULT_DTYPE, XP_COPY_ALWAYS, device);
            xp_assert_identical(xp_extra_partition(x, kth, 0), xp_matrix_transpose(wanted));
            xp_assert_identical(xp_extra_argpartition(xp_matrix_transpose(x), kth, 1), positions);
            xp_assert_closes(scope);
        }
}

/* A NaN anywhere is the quantile of its line, and of no other. */
CHECKED_TEST(standard_sorting, nan_spreads_over_its_line)
{
    enum { N = 5000 };
    XP_TEST_PROVIDERS(device)
    {
        xp_scope scope = xp_scope_open();
        for (int64_t i = 0; i < 2 * N; i++)
            values[i] = (double)(i % N);
        values[N + 17] = NAN;
        xp_array *x = support_array(values, XP_FLOAT64, XP_SHAPE(2, N), device);
        xp_array *wanted = support_array((const double[]){(N - 1) / 2.0, NAN}, XP_FLOAT64, XP_SHAPE(2), device);
        xp_assert_equal(xp_extra_median(x, XP_OVER(1)), wanted);
        xp_assert_equal(xp_extra_quantile(x, xp_scalar(0.5), XP_OVER(1), XP_QUANTILE_LINEAR), wanted);
        xp_assert_closes(scope);
    }
}

/* What unique_all says, from its meaning: ascending, first positions, the way back, counts. */
static void check_unique(xp_array *x, int64_t distinct)
{
    xp_unique_all_result r = xp_unique_all(x);
    int64_t k = xp_extent(r.values, 0);
    cr_assert_eq(k, distinct, "%lld distinct, expected %lld", (long long)k, (long long)distinct);
    xp_assert_equal(xp_sum(r.counts, XP_ALL), xp_scalar_int(xp_size(x)));
    xp_assert_equal(xp_take(r.values, r.inverse_indices, 0), x);
    xp_assert_equal(xp_take(x, r.indices, 0), r.values);
    xp_array *next = xp_get(r.values, XP_INDEX(xp_slice(1, XP_END, 1)));
    xp_assert_less(xp_get(r.values, XP_INDEX(xp_slice(0, k - 1, 1))), next);
    /* no element stands before its first position */
    xp_array *first = xp_take(r.indices, r.inverse_indices, 0);
    xp_array *own = xp_arange(0, (double)xp_size(x), 1, XP_INT64, xp_device_of(x));
    xp_assert_that(xp_truth(xp_all(xp_less_equal(first, own), XP_ALL)), "a first position is not the first");
    xp_assert_identical(xp_unique_values(x), r.values);
    xp_assert_identical(xp_unique_counts(x).counts, r.counts);
    xp_assert_equal(xp_extra_nunique(x), xp_scalar_int(k));
}

CHECKED_TEST(standard_sorting, few_and_many_distinct_elements)
{
    const struct xp_device *host = xp_device("host");
    const int64_t n = MOST;
    for (int threads = 1; threads <= 2; threads++) {
        xp_set_num_threads(threads);
        for (int64_t distinct = 1; distinct <= n; distinct *= 60) {
            xp_scope scope = xp_scope_open();
            xp_array *places = xp_remainder(xp_multiply(xp_arange(0, (double)n, 1, XP_INT64, host),
                                                        xp_scalar_int(7919)), xp_scalar_int(distinct));
            xp_array *x = xp_subtract(xp_multiply(places, xp_scalar_int(INT64_C(0x123456789ab))), xp_scalar_int(99));
            check_unique(x, distinct);
            check_unique(xp_astype(x, XP_FLOAT64, false), distinct);
            xp_assert_closes(scope);
        }
    }
    xp_set_num_threads(0);
}

/* Integers in a window, at the ends of their range, or with one that is far off; values and numbers of all kinds. */
CHECKED_TEST(standard_sorting, distinct_values_and_their_numbers)
{
    const struct xp_device *host = xp_device("host");
    for (int threads = 1; threads <= 2; threads++) {
        xp_set_num_threads(threads);
        XP_TEST_DTYPES(dtype, XP_TEST_REAL | XP_TEST_BOOL)
        for (int round = 0; round < 12; round++) {
            const bool floating = dtype == XP_FLOAT32 || dtype == XP_FLOAT64;
            const int64_t n = round % 3 == 0 ? 70001 : 3000, offsets[] = {0, -30000, INT64_MIN, INT64_MAX - 40000};
            xp_scope scope = xp_scope_open();
            xp_array *x = xp_multiply(xp_arange(0, (double)n, 1, XP_INT64, host), xp_scalar_int(7919));
            x = xp_remainder(x, xp_scalar_int(round % 2 ? 40000 : 37));
            x = xp_add(x, xp_scalar_int(offsets[round % 4]));
            xp_array *far = xp_scalar_int(round == 8 ? 1000000 : INT64_MIN);
            if (round >= 8) /* and one far off, late */
                x = xp_concat((xp_array *const[]){x, xp_full(XP_SHAPE(1), far, XP_INT64, host)}, 2, 0);
            x = xp_astype(x, dtype, false);
            xp_array *some_places = xp_equal(xp_remainder(x, xp_scalar_int(5)), xp_scalar_int(0));
            if (floating && round % 2)
                x = xp_where(some_places, xp_scalar(round == 1 ? NAN : -0.0), x);
            xp_unique_all_result all = xp_unique_all(x); /* by hashing or by positions */
            xp_assert_identical(xp_unique_values(x), all.values);
            xp_unique_counts_result counted = xp_unique_counts(x);
            xp_assert_identical(counted.values, all.values);
            xp_assert_identical(counted.counts, all.counts);
            xp_assert_identical(xp_unique_values(xp_flip(x, XP_ALL)), xp_unique_all(xp_flip(x, XP_ALL)).values);
            xp_array *some = xp_extra_unique_values_within(x, 5, xp_scalar_int(1)).values;
            const int64_t k = xp_extent(all.values, 0) < 5 ? xp_extent(all.values, 0) : 5;
            xp_assert_identical(xp_get(some, XP_INDEX(xp_slice(0, k, 1))),
                                xp_get(all.values, XP_INDEX(xp_slice(0, k, 1))));
            xp_assert_closes(scope);
        }
    }
    xp_set_num_threads(0);
}

/* ---- the same bits everywhere ------------------------------------------------------------------------------------ */

static void some_results(double *results)
{
    const struct xp_device *host = xp_device("host");
    support_random random = {3};
    xp_scope scope = xp_scope_open();
    for (int64_t i = 0; i < MOST; i++)
        values[i] = draw(i % 3 == 0 ? AWKWARD : RANDOM, i, MOST, true, &random);
    xp_array *x = support_array(values, XP_FLOAT64, XP_SHAPE(3, MOST / 3), host);
    xp_to_host(xp_sort(x, -1, false, false), results, MOST * sizeof *results);
    xp_to_host(xp_astype(xp_argsort(x, 0, true, false), XP_FLOAT64, false), results + MOST, MOST * sizeof *results);
    if (xp_scope_close(scope) != XP_OK)
        results[0] = NAN;
}

/* Each place is how many elements of its own line are less, or not greater. */
CHECKED_TEST(standard_sorting, searching_stacks_of_lines)
{
    enum { STACK = 6, SORTED = 5, VALUES = 4 };
    XP_TEST_PROVIDERS(device)
    XP_TEST_DTYPES(dtype, XP_TEST_REAL)
    for (int right = 0; right < 2; right++) {
        xp_scope scope = xp_scope_open();
        support_random random = {31};
        double sorted[STACK * SORTED], wanted[STACK * VALUES], counted[STACK * VALUES] = {0};
        for (int i = 0; i < STACK; i++) {
            double next = 0;
            for (int j = 0; j < SORTED; j++)
                sorted[i * SORTED + j] = next += (double)support_integer(&random, 0, 3);
            for (int v = 0; v < VALUES; v++) {
                const double value = wanted[i * VALUES + v] = (double)support_integer(&random, 0, 12);
                const double *line = sorted + i * SORTED;
                for (int j = 0; j < SORTED; j++)
                    counted[i * VALUES + v] += line[j] < value || (right && line[j] == value);
            }
        }
        xp_array *x1 = support_array(sorted, dtype, XP_SHAPE(2, 3, SORTED), device);
        xp_array *x2 = support_array(wanted, dtype, XP_SHAPE(2, 3, VALUES), device);
        xp_array *places = support_array(counted, XP_INT64, XP_SHAPE(2, 3, VALUES), device);
        xp_assert_equal(xp_extra_searchsorted(x1, x2, right), places);
        xp_array *turned = xp_flip(xp_asarray(xp_flip(x1, XP_ALL), XP_DEFAULT_DTYPE, XP_COPY_ALWAYS, device), XP_ALL);
        xp_assert_equal(xp_extra_searchsorted(turned, x2, right), places);
        xp_assert_fails(xp_extra_searchsorted(x1, xp_expand_dims(x2, 0), right), XP_ERROR_VALUE,
                        "searchsorted: shapes (2, 3, 5) and (1, 2, 3, 4) differ before the last axis");
        xp_array *none = xp_get(x2, XP_INDEX(xp_ellipsis(), xp_slice(0, 0, 1)));
        xp_assert_equal(xp_extra_searchsorted(x1, none, right), xp_zeros(XP_SHAPE(2, 3, 0), XP_INT64, device));
        xp_assert_closes(scope);
    }
}

CHECKED_TEST(standard_sorting, same_bits_on_every_instruction_set)
{
    static double here[2 * MOST], there[2 * MOST];
    static const char *const sets[] = {"baseline", "avx2"};
    support_elsewhere("SCIXP_CPU", "avx512", some_results, here, 2 * MOST);
    for (int i = 0; i < 2; i++) {
        support_elsewhere("SCIXP_CPU", sets[i], some_results, there, 2 * MOST);
        cr_assert_eq(memcmp(here, there, sizeof here), 0, "%s gives other bits", sets[i]);
    }
}

/* ---- errors ------------------------------------------------------------------------------------------------------ */

CHECKED_TEST(standard_sorting, errors_name_function_and_argument)
{
    XP_TEST_PROVIDERS(device)
    {
        xp_scope scope = xp_scope_open();
        xp_array *x = support_ramp(0, 1, XP_FLOAT64, XP_SHAPE(2, 3), device);
        xp_array *z = support_ramp(0, 1, XP_COMPLEX128, XP_SHAPE(3), device);
        xp_assert_fails(xp_sort(x, 2, false, true), XP_ERROR_INDEX, NULL);
        xp_assert_fails(xp_argsort(z, 0, false, true), XP_ERROR_TYPE, NULL);
        xp_assert_fails(xp_extra_partition(x, 3, -1), XP_ERROR_INDEX,
                        "partition: kth is 3, out of bounds for extent 3");
        xp_assert_fails(xp_extra_argpartition(x, -3, 0), XP_ERROR_INDEX,
                        "argpartition: kth is -3, out of bounds for extent 2");
        xp_assert_fails(xp_isin(xp_scalar_int(1), xp_scalar_int(2), false), XP_ERROR_VALUE,
                        "isin: x1 and x2 are scalars, expected an array");
        xp_assert_fails(xp_extra_unique_values_within(x, -1, xp_scalar(0)).values, XP_ERROR_VALUE,
                        "unique_values_within: capacity is -1, expected at least 0");
        xp_assert_fails(xp_extra_quantile(x, xp_scalar(1.5), XP_ALL, XP_QUANTILE_LINEAR), XP_ERROR_VALUE,
                        "quantile: q has the element 1.5, expected 0 to 1");
        xp_assert_fails(xp_extra_median(xp_zeros(XP_SHAPE(0), XP_FLOAT64, device), XP_ALL), XP_ERROR_VALUE,
                        "median: nothing to choose from along axis 0");
        xp_assert_closes(scope);
    }
}

CHECKED_TEST(standard_sorting, every_allocation_may_fail)
{
    const struct xp_device *host = xp_device("host");
    support_random random = {5};
    for (int64_t i = 0; i < 3000; i++)
        values[i] = support_uniform(&random, -1, 1);
    xp_array *x = support_array(values, XP_FLOAT64, XP_SHAPE(3000), host); /* no scope: ours */
    XP_TEST_EVERY_ALLOCATION(round)
    {
        xp_scope scope = xp_scope_open();
        xp_sort(x, 0, true, true);
        xp_argsort(x, 0, false, true);
        xp_unique_all(x);
        xp_extra_unique_counts_within(x, 10, xp_scalar(0.0));
        xp_eval(xp_extra_median(x, XP_ALL));
        xp_extra_partition(x, 700, 0);
        xp_extra_argpartition(x, 700, 0);
        xp_eval(xp_extra_isin(x, x, false, false));
        xp_status status = xp_scope_close(scope);
        xp_assert_that(status == (xp_test_fault_fired() ? XP_ERROR_MEMORY : XP_OK), "round %lld: %d", round, status);
    }
    xp_release(x);
}
