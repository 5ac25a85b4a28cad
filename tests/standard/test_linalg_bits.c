/* The same bits of linear algebra alone and in a stack, for any instruction set and number of threads.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <math.h>

#include "linalg_arrays.h"

/* Results that come from the engine for small matrices, of one dtype and size. */
static void small_results(xp_array *x, xp_array *b, xp_array *results[5])
{
    xp_slogdet_result d = xp_linalg_slogdet(x);
    results[0] = xp_linalg_inv(x);
    results[1] = xp_linalg_solve(x, b);
    results[2] = xp_linalg_det(x);
    results[3] = d.sign;
    results[4] = d.logabsdet;
}

/* A matrix has the same results alone and anywhere in a stack, however the stack lies, on any number of threads. */
CHECKED_TEST(linalg_bits, what_stands_beside_a_matrix_does_not_show)
{
    const struct xp_device *host = xp_device("host");
    XP_TEST_DTYPES(dtype, XP_TEST_FLOATING)
    for (int64_t n = 1; n <= 8; n++) {
        xp_scope scope = xp_scope_open();
        xp_rng rng = xp_rng_seed(9);
        xp_array *x = random_array(&rng, XP_SHAPE(7, 301, n, n), dtype, host);
        xp_array *b = random_array(&rng, XP_SHAPE(7, 301, n, 3), dtype, host);
        xp_array *expected[5], *results[5];
        xp_set_num_threads(1);
        small_results(x, b, expected);
        xp_set_num_threads(4);
        small_results(x, b, results);
        xp_set_num_threads(0);
        for (int i = 0; i < 5; i++)
            xp_assert_identical(results[i], expected[i]);
        xp_array *turned = xp_matrix_transpose(xp_asarray(xp_matrix_transpose(x), XP_DEFAULT_DTYPE, true, host));
        xp_array *backwards = xp_flip(xp_asarray(xp_flip(b, XP_ALL), XP_DEFAULT_DTYPE, true, host), XP_ALL);
        small_results(turned, backwards, results);
        for (int i = 0; i < 5; i++)
            xp_assert_identical(results[i], expected[i]);
#define ONE(array) xp_get((array), XP_INDEX(xp_at(5), xp_at(200)))
        small_results(ONE(x), ONE(b), results);
        for (int i = 0; i < 5; i++)
            xp_assert_identical(results[i], xp_asarray(ONE(expected[i]), XP_DEFAULT_DTYPE, true, host));
#undef ONE
        xp_assert_closes(scope);
    }
}

/* Matrices whose pivots have no inverse in range stand between others: these are as without them, those as alone. */
CHECKED_TEST(linalg_bits, matrices_out_of_range_stand_between_others)
{
    XP_TEST_DTYPES(dtype, XP_TEST_FLOATING)
    for (int64_t n = 1; n <= 8; n++) {
        xp_scope scope = xp_scope_open();
        const bool is_single = dtype == XP_FLOAT32 || dtype == XP_COMPLEX64;
        const double tiny = is_single ? 0x1p-110 : 0x1p-950, factors[] = {1, tiny, 1, 1};
        xp_rng rng = xp_rng_seed(11);
        xp_array *x = random_array(&rng, XP_SHAPE(33, 4, n, n), dtype, NULL);
        xp_array *b = random_array(&rng, XP_SHAPE(n, 1), dtype, NULL);
        xp_array *scale = xp_astype(xp_from_host(factors, XP_FLOAT64, XP_SHAPE(4, 1, 1), NULL), dtype, false);
        xp_array *mixed = xp_multiply(x, scale), *plain[5], *found[5], *alone[5];
        small_results(x, b, plain);
        small_results(mixed, b, found);
        small_results(xp_get(mixed, XP_INDEX(xp_slice(0, 33, 1), xp_at(1))), b, alone);
        for (int i = 0; i < 5; i++) {
#define AT(array, k) xp_asarray(xp_get(array, XP_INDEX(xp_slice(0, 33, 1), xp_at(k))), XP_DEFAULT_DTYPE, true, NULL)
            xp_assert_identical(AT(found[i], 1), alone[i]);
            xp_assert_identical(AT(found[i], 3), AT(plain[i], 3));
        }
        for (int i = 0; i < 2; i++) /* of a matrix times a power of two: the same, up to quotients' rounding */
            xp_assert_close(xp_multiply(AT(found[i], 1), xp_scalar(tiny)), AT(plain[i], 1), is_single ? 1e-2 : 1e-10,
                            is_single ? 1e-4 : 1e-12);
#undef AT
        xp_assert_closes(scope);
    }
}

/* On the instruction set that the environment allows: sums of all results' bits, as numbers. */
static void on_this_processor(double *numbers)
{
    xp_scope scope = xp_scope_open();
    const struct xp_device *host = xp_device("host");
    int count = 0;
    XP_TEST_DTYPES(dtype, XP_TEST_FLOATING)
    for (int64_t n = 2; n <= 8; n += 3) {
        xp_rng rng = xp_rng_seed(10);
        xp_array *results[5], *x = random_array(&rng, XP_SHAPE(37, n, n), dtype, host);
        small_results(x, random_array(&rng, XP_SHAPE(n, 1), dtype, host), results);
        for (int i = 0; i < 3; i++) {
            const unsigned char *bytes = xp_data(results[i]);
            uint64_t hash = UINT64_C(14695981039346656037);
            for (int64_t k = 0; bytes && k < xp_size(results[i]) * (dtype == XP_FLOAT32 ? 4 : dtype == XP_COMPLEX128
                                                                    ? 16 : 8); k++)
                hash = (hash ^ bytes[k]) * UINT64_C(1099511628211);
            numbers[count++] = (double)(hash >> 12);
        }
    }
    if (xp_scope_close(scope) != XP_OK)
        numbers[0] = NAN;
}

CHECKED_TEST(linalg_bits, instruction_sets_do_not_show)
{
    static const char *const sets[] = {"baseline", "avx2", "avx512"};
    double numbers[3][36];
    for (int i = 0; i < 3; i++) {
        support_elsewhere("SCIXP_CPU", sets[i], on_this_processor, numbers[i], 36);
        cr_assert(!isnan(numbers[i][0]), "on %s", sets[i]);
        cr_assert_arr_eq(numbers[i], numbers[0], sizeof numbers[0], "on %s", sets[i]);
    }
}

/* Stacks of matrices that LAPACK factors, on one thread each and on several. */
CHECKED_TEST(linalg_bits, threads_share_a_stack)
{
    xp_scope scope = xp_scope_open();
    const struct xp_device *host = xp_device("host");
    xp_rng rng = xp_rng_seed(11);
    xp_array *x = random_array(&rng, XP_SHAPE(60, 24, 24), XP_FLOAT64, host), *results[2][4];
    for (int i = 0; i < 2; i++) {
        xp_set_num_threads(i == 0 ? 1 : 4);
        results[i][0] = xp_linalg_inv(x);
        results[i][1] = xp_linalg_svdvals(x);
        results[i][2] = xp_linalg_det(x);
        results[i][3] = xp_linalg_solve(x, xp_ones(XP_SHAPE(24), XP_FLOAT64, host));
    }
    for (int k = 0; k < 4; k++)
        xp_assert_close(results[1][k], results[0][k], 1e-9, 1e-9);
    xp_array *singular = xp_set(x, XP_INDEX(xp_at(55)), xp_scalar(0.0));
    xp_assert_fails(xp_linalg_inv(singular), XP_ERROR_LINALG, "inv: the matrix is singular");
    xp_set_num_threads(0);
    xp_assert_closes(scope);
}
