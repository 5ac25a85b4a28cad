/* Memory: sizes, failures on purpose, the pool and its bound.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <pthread.h>
#include <string.h>

#include "core_support.h"
#include "core/pool.h"

#define MEGABYTE ((size_t)1 << 20)

CHECKED_TEST(alloc, sizes_that_overflow)
{
    cr_expect_null(xp_alloc(SIZE_MAX, 2));
    cr_expect_null(xp_alloc(SIZE_MAX / 2, 3));
    cr_expect_null(xp_alloc_zeroed(SIZE_MAX, SIZE_MAX));
    cr_expect_null(xp_pool_alloc(SIZE_MAX));
    cr_expect_null(xp_pool_alloc(SIZE_MAX / 2));
    cr_expect_not(xp_exceeds_memory(MEGABYTE));
    cr_expect(xp_exceeds_memory((size_t)1 << 60));
    cr_expect_null(xp_pool_alloc((size_t)1 << 45), "more than any machine has, though it can be mapped");
    void *nothing = xp_alloc(0, 8);
    cr_expect_not_null(nothing);
    cr_expect_null(xp_realloc(nothing, SIZE_MAX, 8));
    xp_dealloc(nothing);
    xp_dealloc(NULL);
    int64_t product;
    cr_expect(xp_multiply_fits(INT64_C(1) << 31, INT64_C(1) << 31, &product) && product == INT64_C(1) << 62);
    cr_expect_not(xp_multiply_fits(INT64_C(1) << 32, INT64_C(1) << 31, &product));
}

CHECKED_TEST(alloc, the_nth_allocation_fails_and_no_other)
{
    xp_pool_free(xp_pool_alloc(64), 64); /* from here on one lies ready */
    for (int n = 1; n <= 4; n++) {
        xp_fault_arm(n);
        void *blocks[4] = {xp_alloc(1, 8), xp_pool_alloc(64), xp_alloc_zeroed(1, 8), xp_pool_alloc(MEGABYTE)};
        for (int i = 0; i < 4; i++)
            cr_expect_eq(blocks[i] == NULL, i + 1 == n, "armed %d, allocation %d", n, i + 1);
        cr_expect(xp_fault_fired());
        xp_fault_arm(0);
        cr_expect_not(xp_fault_fired());
        xp_dealloc(blocks[0]);
        xp_pool_free(blocks[1], 64);
        xp_dealloc(blocks[2]);
        xp_pool_free(blocks[3], MEGABYTE);
    }
}

/* ---- the pool ---------------------------------------------------------------------------------------------------- */

static const size_t sizes[] = {0,    1,     63,    64,    65,     80,     1023,    1024,    1025,
                               1152, 1153,  2047,  2048,  2049,   65535,  65536,   65537,   100000,
                               1 << 20, (2 << 20) - 1, 2 << 20, (2 << 20) + 1, 8000000, 33 << 20};

CHECKED_TEST(alloc, blocks_are_aligned_and_whole)
{
    enum { COUNT = sizeof sizes / sizeof sizes[0] };
    char *blocks[COUNT];
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < COUNT; i++) {
            blocks[i] = xp_pool_alloc(sizes[i]);
            cr_assert_not_null(blocks[i]);
            cr_expect_eq((uintptr_t)blocks[i] % 64, 0);
            memset(blocks[i], i + 1, sizes[i]);
        }
        for (int i = 0; i < COUNT; i++) {
            for (size_t k = 0; k < sizes[i]; k += sizes[i] / 7 + 1)
                cr_assert_eq(blocks[i][k], i + 1);
            xp_pool_free(blocks[i], sizes[i]);
        }
    }
    cr_expect_eq(xp_memory_live(), 0);
}

CHECKED_TEST(alloc, live_and_pooled_are_counted)
{
    size_t live = xp_memory_live();
    void *block = xp_pool_alloc(3 * MEGABYTE);
    cr_expect_geq(xp_memory_live(), live + 3 * MEGABYTE);
    cr_expect_leq(xp_memory_live(), live + 4 * MEGABYTE);
    size_t pooled = xp_memory_pooled();
    xp_pool_free(block, 3 * MEGABYTE);
    cr_expect_eq(xp_memory_live(), live);
    if (XP_POOLED)
        cr_expect_geq(xp_memory_pooled(), pooled + 3 * MEGABYTE);
    xp_memory_trim();
    cr_expect_eq(xp_memory_pooled(), 0);
}

CHECKED_TEST(alloc, blocks_come_back)
{
    static const size_t some[] = {80, 1024, 5000, 100000, 5000000};
    for (size_t i = 0; XP_POOLED && i < sizeof some / sizeof some[0]; i++) {
        void *block = xp_pool_alloc(some[i]);
        xp_pool_free(block, some[i]);
        void *again = xp_pool_alloc(some[i]);
        cr_expect_eq(again, block, "%zu bytes", some[i]);
        xp_pool_free(again, some[i]);
    }
}

CHECKED_TEST(alloc, large_blocks_start_at_different_page_offsets)
{
    static const size_t some[] = {100000, 5000000};
    for (size_t i = 0; XP_POOLED && i < 2; i++) {
        void *a = xp_pool_alloc(some[i]), *b = xp_pool_alloc(some[i]);
        cr_expect_neq((uintptr_t)a % 4096, (uintptr_t)b % 4096);
        xp_pool_free(a, some[i]);
        xp_pool_free(b, some[i]);
    }
}

CHECKED_TEST(alloc, the_bound_is_kept)
{
    size_t bound = xp_pool_bound();
    void *blocks[8];
    cr_expect_gt(bound, 0);
    xp_set_memory_bound(10 * MEGABYTE);
    cr_expect_eq(xp_pool_bound(), 10 * MEGABYTE);
    for (int i = 0; i < 8; i++)
        blocks[i] = xp_pool_alloc(3 * MEGABYTE);
    for (int i = 0; i < 8; i++)
        xp_pool_free(blocks[i], 3 * MEGABYTE);
    cr_expect_leq(xp_memory_pooled(), 10 * MEGABYTE);
    void *other = xp_pool_alloc(9 * MEGABYTE); /* takes the place of what was kept */
    xp_pool_free(other, 9 * MEGABYTE);
    cr_expect_leq(xp_memory_pooled(), 10 * MEGABYTE);
    if (XP_POOLED)
        cr_expect_geq(xp_memory_pooled(), 9 * MEGABYTE);
    xp_set_memory_bound(0);
    xp_pool_free(xp_pool_alloc(64), 64);
    xp_pool_free(xp_pool_alloc(MEGABYTE), MEGABYTE);
    cr_expect_eq(xp_memory_pooled(), 0);
    xp_set_memory_bound(bound);
}

/* ---- threads ----------------------------------------------------------------------------------------------------- */

#define BLOCKS 2000
static void *handed_over[BLOCKS];

static void *allocate_many(void *context)
{
    for (int i = 0; i < BLOCKS; i++)
        handed_over[i] = xp_pool_alloc(200);
    return context;
}

CHECKED_TEST(alloc, blocks_are_freed_on_another_thread)
{
    pthread_t thread;
    size_t live = xp_memory_live();
    for (int round = 0; round < 5; round++) {
        cr_assert_eq(pthread_create(&thread, NULL, allocate_many, NULL), 0);
        pthread_join(thread, NULL);
        cr_expect_eq(xp_memory_live(), live + BLOCKS * 256);
        for (int i = 0; i < BLOCKS; i++)
            xp_pool_free(handed_over[i], 200);
        cr_expect_eq(xp_memory_live(), live);
    }
    cr_expect_lt(xp_memory_pooled(), 100000, "what a thread keeps for itself has a bound");
}

static void *allocate_and_free(void *context)
{
    for (int i = 0; i < 20000; i++) {
        size_t bytes = (size_t)(i % 97) * (size_t)(i % 53) * 3 + 1;
        char *block = xp_pool_alloc(bytes);
        if (!block)
            return NULL;
        block[0] = block[bytes - 1] = 1;
        xp_pool_free(block, bytes);
    }
    return context;
}

CHECKED_TEST(alloc, several_threads_at_once)
{
    pthread_t threads[4];
    void *result;
    size_t live = xp_memory_live();
    for (int i = 0; i < 4; i++)
        cr_assert_eq(pthread_create(&threads[i], NULL, allocate_and_free, &threads), 0);
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], &result);
        cr_expect_not_null(result);
    }
    cr_expect_eq(xp_memory_live(), live);
}
