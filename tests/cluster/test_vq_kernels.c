/* The tuned bodies of the kernels of cluster.vq against their passes, bit by bit.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>

#include "kernel/launch.h"
#include "observations.h"
#include "vq_sizes.h"

TestSuite(vq_kernels, .timeout = 280);

extern const xp_kernel vq_nearest_kernel, vq_closest_kernel;

/* What a case is: printed if it fails. */
typedef struct trial {
    int64_t n, d, k, slots;
    xp_dtype dtype;
    layout how;
    double offset, scale;
    bool is_whole, has_odd; /* whole numbers, which make ties; some NaNs and infinities */
} trial;

static trial draw(support_random *random)
{
    static const double offsets[] = {0, 0, 1e4, -1e8, 1e-20}, scales[] = {1, 1, 1, 100, 1e-3, 1e-18, 1e17};
    int64_t size = support_integer(random, 0, 10);
    return (trial){
        .n = support_integer(random, 1, size == 0 ? 1500 : 90),
        .d = support_integer(random, 1, size == 1 ? 900 : size < 6 ? 9 : 40),
        .k = support_integer(random, 1, size == 2 || size == 9 ? 300 : 30), /* both ways of scanning many features */
        .slots = support_integer(random, 1, 5),
        .dtype = support_integer(random, 0, 2) ? XP_FLOAT32 : XP_FLOAT64,
        .how = (layout)support_integer(random, 0, N_LAYOUTS),
        .offset = offsets[support_integer(random, 0, 5)],
        .scale = scales[support_integer(random, 0, 7)],
        .is_whole = support_integer(random, 0, 4) == 0,
        .has_odd = support_integer(random, 0, 16) == 0,
    };
}

/* (rows, d), as the trial wants it. */
static xp_array *points(support_random *random, const trial *t, int64_t rows)
{
    double *values = malloc((size_t)(rows * t->d) * sizeof *values);
    for (int64_t i = 0; i < rows * t->d; i++) {
        double value = support_uniform(random, -2, 2);
        if (t->is_whole)
            value = (double)support_integer(random, -2, 3);
        values[i] = t->offset + t->scale * value;
        if (t->has_odd && support_integer(random, 0, 40) == 0)
            values[i] = support_integer(random, 0, 2) ? (double)NAN : (double)INFINITY;
    }
    xp_array *x = support_array(values, t->dtype, XP_SHAPE(rows, t->d), xp_device("host"));
    free(values);
    return x;
}

typedef struct found {
    xp_array *label, *distance, *sums, *counts, *totals, *changed, *strange;
} found;

static int64_t ways(const trial *t)
{
    return t->d <= VQ_NEAREST_FEW_FEATURES && t->k <= VQ_NEAREST_FEW_CENTROIDS ? VQ_NEAREST_WAYS : 1;
}

/* `before`: an earlier round, whose labels are compared with and whose memory is written again, or NULL. */
static found nearest(const trial *t, xp_array *obs, xp_array *code_book, bool with_sums, bool plain,
                     const found *before)
{
    const xp_namespace *xp = xp_array_namespace(obs);
    found f = {.label = xp_launch_output(xp, XP_SHAPE(t->n), XP_INT32, "vq"),
               .distance = xp_launch_output(xp, XP_SHAPE(t->n), t->dtype, "vq"),
               .strange = xp_launch_output(xp, XP_SHAPE(t->slots), XP_INT32, "vq")};
    if (before) {
        f.sums = before->sums;
        f.counts = before->counts;
        f.totals = before->totals;
        f.changed = before->changed;
    } else if (with_sums) {
        f.changed = xp_launch_output(xp, XP_SHAPE(t->slots), XP_INT64, "vq");
        f.sums = xp_launch_output(xp, XP_SHAPE(t->slots * ways(t), t->k, t->d), XP_FLOAT64, "vq");
        f.counts = xp_launch_output(xp, XP_SHAPE(t->slots, t->k), XP_INT64, "vq");
        f.totals = xp_launch_output(xp, XP_SHAPE(t->slots), XP_FLOAT64, "vq");
    }
    xp_array *const arrays[] = {obs, code_book, f.label, f.distance, before ? before->label : NULL, f.sums, f.counts,
                                f.totals, f.changed, f.strange};
    xp_launch_plain(plain);
    bool done = xp_launch(&vq_nearest_kernel, "vq", t->dtype,
                          (const int64_t[]){t->n, with_sums ? t->slots * t->d : 0, t->slots}, arrays,
                          (const xp_number[]){{.index = ways(t)}}, 0);
    xp_launch_plain(false);
    xp_assert_that(done, "%s", xp_error_message());
    return f;
}

static void check_same(const trial *t, xp_array *tuned, xp_array *plain, const char *what)
{
    const char *difference = tuned ? support_differ(tuned, plain) : NULL;
    xp_assert_that(!difference, "%s of n %d, d %d, k %d, slots %d, %s, layout %d, offset %g, scale %g%s%s: %s", what,
                   (int)t->n, (int)t->d, (int)t->k, (int)t->slots, xp_test_dtype_name(t->dtype), (int)t->how,
                   t->offset, t->scale, t->is_whole ? ", whole" : "", t->has_odd ? ", odd" : "", difference);
}

/* NaNs of distances may differ in their sign and payload: all become one. */
static xp_array *plain_nans(xp_array *x) { return x ? xp_where(xp_is_nan(x), xp_scalar((double)NAN), x) : NULL; }

static void check_found(const trial *t, found tuned, found plain)
{
    check_same(t, tuned.label, plain.label, "labels");
    check_same(t, plain_nans(tuned.distance), plain_nans(plain.distance), "distances");
    check_same(t, tuned.strange, plain.strange, "runs with infinities or NaNs");
    check_same(t, plain_nans(tuned.sums), plain_nans(plain.sums), "sums");
    check_same(t, tuned.counts, plain.counts, "counts");
    check_same(t, plain_nans(tuned.totals), plain_nans(plain.totals), "totals");
    check_same(t, tuned.changed, plain.changed, "changed labels");
}

/* Labels alone, with sums, and with sums where another round has left its own. */
CHECKED_TEST(vq_kernels, nearest_has_the_bits_of_its_passes)
{
    support_random random = {20};
    for (int i = 0; i < 10000; i++) {
        trial t = draw(&random);
        xp_scope scope = xp_scope_open();
        xp_array *obs = lay_out(points(&random, &t, t.n), t.how);
        xp_array *code_book = points(&random, &t, t.k);
        found tuned = nearest(&t, obs, code_book, i % 2, false, NULL);
        found plain = nearest(&t, obs, code_book, i % 2, true, NULL);
        check_found(&t, tuned, plain);
        if (i % 4 == 1) {
            code_book = points(&random, &t, t.k);
            check_found(&t, nearest(&t, obs, code_book, true, false, &tuned),
                        nearest(&t, obs, code_book, true, true, &plain));
        }
        xp_assert_closes(scope);
    }
}

/* Centroids that do not fit into the cache: slices of features, and several blocks of points at a time. */
CHECKED_TEST(vq_kernels, nearest_of_large_centroids)
{
    for (int f = 0; f < 4; f++) {
        support_random random = {21};
        trial t = {.n = 300, .d = 1500, .k = 210, .slots = 1, .dtype = f % 2 ? XP_FLOAT64 : XP_FLOAT32, .scale = 1};
        if (f >= 2) {
            t.n = 700;
            t.d = 60;
            t.k = 5000;
            t.is_whole = true; /* many ties */
        }
        for (int threads = 1; threads <= 3; threads += 2) {
            xp_scope scope = xp_scope_open();
            xp_set_num_threads(threads);
            xp_array *obs = points(&random, &t, t.n), *code_book = points(&random, &t, t.k);
            found tuned = nearest(&t, obs, code_book, true, false, NULL);
            found plain = nearest(&t, obs, code_book, true, true, NULL);
            check_found(&t, tuned, plain);
            code_book = points(&random, &t, t.k);
            check_found(&t, nearest(&t, obs, code_book, true, false, &tuned),
                        nearest(&t, obs, code_book, true, true, &plain));
            xp_assert_closes(scope);
        }
        xp_set_num_threads(0);
    }
}

static xp_array *seed(xp_array *obs, xp_array *drawn, bool plain)
{
    const xp_namespace *xp = xp_array_namespace(obs);
    int64_t n = xp_extent(obs, 0), d = xp_extent(obs, 1), k = xp_extent(drawn, 0);
    int64_t chunks = (n + VQ_CLOSEST_CHUNK - 1) / VQ_CLOSEST_CHUNK;
    int64_t blocks = (n + VQ_CLOSEST_BLOCK - 1) / VQ_CLOSEST_BLOCK;
    xp_array *packed = xp_launch_output(xp, XP_SHAPE(blocks, d, VQ_CLOSEST_BLOCK), xp_dtype_of(obs), "seed");
    xp_array *chosen = xp_launch_output(xp, XP_SHAPE(k), XP_INT64, "seed");
    xp_array *closest = xp_launch_output(xp, XP_SHAPE(n), xp_dtype_of(obs), "seed");
    xp_array *totals = xp_launch_output(xp, XP_SHAPE(chunks), XP_FLOAT64, "seed");
    xp_array *const arrays[] = {obs, packed, chosen, closest, totals, drawn};
    xp_launch_plain(plain);
    for (int64_t round = -1; round + 1 < k; round++) {
        const int64_t first[] = {n, 0, 0, 1}, later[] = {0, n, chunks, 1};
        cr_assert(xp_launch(&vq_closest_kernel, "seed", xp_dtype_of(obs), round < 0 ? first : later, arrays,
                            (const xp_number[]){{.index = round}}, 0));
    }
    xp_launch_plain(false);
    return chosen;
}

CHECKED_TEST(vq_kernels, closest_has_the_bits_of_its_passes)
{
    support_random random = {22};
    for (int i = 0; i < 300; i++) {
        trial t = draw(&random);
        t.n = support_integer(&random, 1, 5000);
        t.d = t.d % 20 + 1;
        t.has_odd = false;
        t.offset = 0;
        t.scale = 1;
        xp_scope scope = xp_scope_open();
        xp_array *obs = lay_out(points(&random, &t, t.n), t.how);
        xp_rng rng = xp_rng_seed((uint64_t)i);
        xp_array *drawn = xp_random_uniform(&rng, XP_SHAPE(t.k, t.dtype == XP_FLOAT32 ? 2 : 1), t.dtype,
                                            xp_device("host"));
        check_same(&t, seed(obs, drawn, false), seed(obs, drawn, true), "chosen rows");
        xp_assert_closes(scope);
    }
}
