/* Random numbers: the published test vectors, how the counter moves, the same numbers everywhere, distributions.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <math.h>

#include "driver.h"
#include "support.h"

/* Four words of one block, through the driver's slot. */
static void draw_block(const struct xp_device *device, uint64_t key, uint64_t stream, uint64_t counter,
                       uint32_t words[4])
{
    xp_scope scope = xp_scope_open();
    xp_view view;
    xp_array *out = xp_new_array(xp_device_namespace(device), XP_SHAPE(4), XP_UINT32, "test", &view);
    const xp_draw what = {.kind = XP_DRAW_BITS, .key = key, .stream = stream, .counter = counter};
    cr_assert_eq(device->driver->draw(device, &what, &view), XP_OK);
    xp_to_host(out, words, 4 * sizeof *words);
    xp_assert_closes(scope);
}

/* Source: the known answers for philox4x32 with 10 rounds that are published with Random123 (Salmon et al.). */
CHECKED_TEST(standard_random, published_vectors)
{
    static const struct {
        uint64_t key, stream, counter;
        uint32_t words[4];
    } known[] = {
        {0, 0, 0, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {UINT64_MAX, UINT64_MAX, UINT64_MAX, {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {0x299f31d0a4093822, 0x0370734413198a2e, 0x85a308d3243f6a88, {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };
    XP_TEST_PROVIDERS(device)
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        uint32_t words[4];
        draw_block(device, known[i].key, known[i].stream, known[i].counter, words);
        cr_assert_arr_eq(words, known[i].words, sizeof words);
    }
}

/* ---- reference --------------------------------------------------------------------------------------------------- */

/* One block as the paper states the rounds, and the number pair `half` of it. */
static uint64_t reference_pair(uint64_t key, uint64_t stream, uint64_t counter, int half)
{
    uint32_t c[4] = {(uint32_t)counter, (uint32_t)(counter >> 32), (uint32_t)stream, (uint32_t)(stream >> 32)};
    uint32_t k[2] = {(uint32_t)key, (uint32_t)(key >> 32)};
    for (int round = 0; round < 10; round++) {
        uint64_t p0 = (uint64_t)0xD2511F53 * c[0], p1 = (uint64_t)0xCD9E8D57 * c[2];
        uint32_t next[4] = {(uint32_t)(p1 >> 32) ^ c[1] ^ k[0], (uint32_t)p1, (uint32_t)(p0 >> 32) ^ c[3] ^ k[1],
                            (uint32_t)p0};
        memcpy(c, next, sizeof c);
        k[0] += 0x9E3779B9;
        k[1] += 0xBB67AE85;
    }
    return c[2 * half] | (uint64_t)c[2 * half + 1] << 32;
}

CHECKED_TEST(standard_random, uniform_is_what_the_words_say)
{
    XP_TEST_PROVIDERS(device)
    for (int64_t n = 0; n < 40; n++) {
        xp_scope scope = xp_scope_open();
        xp_rng rng = {.key = 11, .stream = 22, .counter = 33}, single_rng = rng;
        double values[40];
        float single[40];
        xp_to_host(xp_random_uniform(&rng, XP_SHAPE(n), XP_FLOAT64, device), values, (size_t)n * sizeof *values);
        xp_to_host(xp_random_uniform(&single_rng, XP_SHAPE(n), XP_FLOAT32, device), single,
                   (size_t)n * sizeof *single);
        for (int64_t i = 0; i < n; i++) {
            uint64_t pair = reference_pair(11, 22, 33 + (uint64_t)i / 2, (int)(i % 2));
            uint64_t four = reference_pair(11, 22, 33 + (uint64_t)i / 4, (int)(i / 2 % 2));
            cr_assert_eq(values[i], (double)(pair >> 11) * 0x1p-53);
            cr_assert_eq(single[i], (float)((uint32_t)(i % 2 ? four >> 32 : four) >> 8) * 0x1p-24f);
        }
        cr_assert_eq(rng.counter, 33 + (uint64_t)(n + 1) / 2);
        cr_assert_eq(single_rng.counter, 33 + (uint64_t)(n + 3) / 4);
        xp_assert_closes(scope);
    }
}

/* Pairs of Box and Muller in long double. */
CHECKED_TEST(standard_random, normal_is_accurate)
{
    enum { N = 2000 };
    XP_TEST_PROVIDERS(device)
    {
        xp_scope scope = xp_scope_open();
        xp_rng rng = xp_rng_seed(5);
        double values[N];
        xp_to_host(xp_random_normal(&rng, XP_SHAPE(N), XP_FLOAT64, device), values, sizeof values);
        for (int i = 0; i < N; i++) {
            long double u = (long double)((reference_pair(5, 0, (uint64_t)i / 2, 0) >> 11) + 1) * 0x1p-53L;
            long double v = (long double)(reference_pair(5, 0, (uint64_t)i / 2, 1) >> 11) * 0x1p-53L;
            long double radius = sqrtl(-2 * logl(u)), angle = 2 * 3.14159265358979323846264338327950288L * v;
            double expected = (double)(radius * (i % 2 ? sinl(angle) : cosl(angle)));
            cr_assert_float_eq(values[i], expected, 4e-16 * fabs(expected) + 1e-18, "%d: %.17g, not %.17g", i,
                               values[i], expected);
        }
        xp_assert_closes(scope);
    }
}

/* Whole range, narrow range, a range where a third of the words is refused. */
CHECKED_TEST(standard_random, integers_are_unbiased)
{
    enum { N = 70000 };
    XP_TEST_PROVIDERS(device)
    {
        xp_scope scope = xp_scope_open();
        xp_rng rng = xp_rng_seed(3);
        xp_array *dice = xp_random_integers(&rng, -3, 4, XP_SHAPE(N), XP_INT8, device);
        for (int face = -3; face <= 3; face++) {
            int64_t count = xp_to_int(xp_count_nonzero(xp_equal(dice, xp_scalar(face)), XP_ALL));
            cr_assert(llabs(count - N / 7) < 500, "%d came up %lld times", face, (long long)count);
        }
        cr_assert_eq(rng.counter, N / 2);
        const int64_t high = INT64_C(3) << 61; /* three quarters of the words' range, counted from -2^63 */
        xp_array *wide = xp_random_integers(&rng, INT64_MIN, high / 3, XP_SHAPE(N), XP_INT64, device);
        xp_assert_that(xp_truth(xp_all(xp_less(wide, xp_scalar(high / 3)), XP_ALL)), "above the range");
        double mean = xp_to_double(xp_mean(xp_astype(wide, XP_FLOAT64, false), XP_ALL));
        double middle = -0x1p62 + 0x1p60, width = 0x1p63 + 0x1p61;
        cr_assert_float_eq(mean, middle, width / sqrt(12.0 * N) * 5);
        xp_assert_closes(scope);
    }
}

/* The same bits for any number of threads, and however the draw is cut at whole blocks. */
CHECKED_TEST(standard_random, same_numbers_however_they_are_drawn)
{
    enum { N = 300001 };
    xp_scope scope = xp_scope_open();
    const struct xp_device *host = xp_device("host");
    for (int kind = 0; kind < 4; kind++) {
        xp_array *first = NULL;
        for (int threads = 1; threads <= 8; threads += threads == 1 ? 1 : 3) {
            xp_set_num_threads(threads);
            xp_rng rng = xp_rng_seed(9), rest = xp_rng_seed(9);
            xp_array *x = kind == 0   ? xp_random_uniform(&rng, XP_SHAPE(N), XP_FLOAT32, host)
                          : kind == 1 ? xp_random_uniform(&rng, XP_SHAPE(N), XP_FLOAT64, host)
                          : kind == 2 ? xp_random_normal(&rng, XP_SHAPE(N), XP_FLOAT64, host)
                                      : xp_random_integers(&rng, 0, 1000, XP_SHAPE(N), XP_INT64, host);
            if (!first)
                first = x;
            const char *difference = support_differ(x, first);
            cr_assert(!difference, "%d threads: %s", threads, difference);
            rest.counter = 1000; /* whole blocks on, so from element 4000 or 2000 on */
            int64_t skipped = kind == 0 ? 4000 : 2000;
            xp_array *tail = kind == 2 ? xp_random_normal(&rest, XP_SHAPE(N - skipped), XP_FLOAT64, host) : NULL;
            if (tail)
                difference = support_differ(tail, xp_get(first, XP_INDEX(xp_slice(skipped, XP_END, 1))));
            cr_assert(!difference, "tail: %s", difference);
        }
    }
    xp_assert_closes(scope);
}

/* Every ordered pair of 4 equally often; all of n are a permutation; few of very many differ from each other. */
CHECKED_TEST(standard_random, choice)
{
    XP_TEST_PROVIDERS(device)
    {
        xp_rng rng = xp_rng_seed(7);
        int64_t pair[2], counts[4][4] = {{0}};
        for (int i = 0; i < 2400; i++) {
            xp_scope scope = xp_scope_open();
            xp_to_host(xp_random_choice(&rng, 4, 2, device), pair, sizeof pair);
            counts[pair[0]][pair[1]]++;
            xp_assert_closes(scope);
        }
        for (int i = 0; i < 4; i++)
            for (int j = 0; j < 4; j++)
                cr_assert(i == j ? counts[i][j] == 0 : llabs(counts[i][j] - 200) < 75, "(%d, %d): %lld times", i, j,
                          (long long)counts[i][j]);
        cr_assert_eq(rng.counter, 2400);

        xp_scope scope = xp_scope_open();
        static int64_t all[1000];
        bool seen[1000] = {false};
        xp_to_host(xp_random_choice(&rng, 1000, 1000, device), all, sizeof all);
        for (int i = 0; i < 1000; i++)
            seen[all[i]] = true;
        for (int i = 0; i < 1000; i++)
            cr_assert(seen[i]);
        xp_to_host(xp_random_choice(&rng, INT64_MAX, 1000, device), all, sizeof all);
        for (int i = 0; i < 1000; i++)
            for (int j = 0; j < i; j++)
                cr_assert(all[i] >= 0 && all[i] != all[j]);
        cr_assert_eq(xp_size(xp_random_choice(&rng, 0, 0, device)), 0);
        xp_assert_closes(scope);
    }
}

/* Few of many, which keeps only what has moved, and many, which keeps all, follow the same shuffle. */
CHECKED_TEST(standard_random, choice_begins_the_same)
{
    enum { N = 4000 };
    xp_scope scope = xp_scope_open();
    const struct xp_device *host = xp_device("host");
    xp_rng few_rng = xp_rng_seed(1), many_rng = xp_rng_seed(1);
    static int64_t few[N / 10], many[N];
    xp_to_host(xp_random_choice(&few_rng, N, N / 10, host), few, sizeof few);
    xp_to_host(xp_random_choice(&many_rng, N, N, host), many, sizeof many);
    cr_assert_arr_eq(few, many, sizeof few);
    xp_assert_closes(scope);
}

CHECKED_TEST(standard_random, seeds)
{
    xp_rng seeded = xp_rng_seed(42), one = xp_rng_entropy(), other = xp_rng_entropy();
    cr_assert(seeded.key == 42 && seeded.stream == 0 && seeded.counter == 0);
    cr_assert_neq(one.key, other.key);
    cr_assert_eq(xp_error_code(), XP_OK);
}
