/* Drawing the cases, running the kernel, and comparing bits.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "trials.h"

#include <criterion/criterion.h>

#include "kernel/launch.h"
#include "vq_sizes.h"

extern const xp_kernel vq_nearest_kernel;

trial trial_draw(support_random *random)
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
        .labels_alone = support_integer(random, 0, 6) == 0,
    };
}

xp_array *trial_points(support_random *random, const trial *t, int64_t rows)
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

static int64_t ways(const trial *t)
{
    return t->d <= VQ_NEAREST_FEW_FEATURES && t->k <= VQ_NEAREST_FEW_CENTROIDS ? VQ_NEAREST_WAYS : 1;
}

found trial_nearest(const trial *t, xp_array *obs, xp_array *code_book, bool with_sums, bool plain,
                    const found *before)
{
    const xp_namespace *xp = xp_array_namespace(obs);
    found f = {.label = xp_launch_output(xp, XP_SHAPE(t->n), XP_INT32, "vq")};
    if (!t->labels_alone) {
        f.distance = xp_launch_output(xp, XP_SHAPE(t->n), t->dtype, "vq");
        f.strange = xp_launch_output(xp, XP_SHAPE(t->slots), XP_INT32, "vq");
    }
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
                          (const int64_t[]){t->n, with_sums ? t->slots * t->d : 0, t->labels_alone ? 0 : t->slots},
                          arrays,
                          (const xp_number[]){{.index = ways(t)}}, 0);
    xp_launch_plain(false);
    xp_assert_that(done, "%s", xp_error_message());
    return f;
}

void trial_check_same(const trial *t, xp_array *tuned, xp_array *plain, const char *what)
{
    const char *difference = tuned ? support_differ(tuned, plain) : NULL;
    xp_assert_that(!difference, "%s of n %d, d %d, k %d, slots %d, %s, layout %d, offset %g, scale %g%s%s%s: %s", what,
                   (int)t->n, (int)t->d, (int)t->k, (int)t->slots, xp_test_dtype_name(t->dtype), (int)t->how,
                   t->offset, t->scale, t->is_whole ? ", whole" : "", t->has_odd ? ", odd" : "",
                   t->labels_alone ? ", labels alone" : "", difference);
}

static xp_array *on_host(xp_array *x)
{
    const struct xp_device *host = xp_device("host");
    return x && xp_device_of(x) != host ? xp_to_device(x, host) : x;
}

/* NaNs of distances may differ in their sign and payload: all become one. */
static xp_array *plain_nans(xp_array *x) { return x ? xp_where(xp_is_nan(x), xp_scalar((double)NAN), x) : NULL; }

void trial_check_found(const trial *t, found tuned, found plain)
{
    const struct {
        xp_array *tuned, *plain;
        bool has_nans;
        const char *what;
    } pairs[] = {{tuned.label, plain.label, false, "labels"},
                 {tuned.distance, plain.distance, true, "distances"},
                 {tuned.strange, plain.strange, false, "runs with infinities or NaNs"},
                 {tuned.sums, plain.sums, true, "sums"},
                 {tuned.counts, plain.counts, false, "counts"},
                 {tuned.totals, plain.totals, true, "totals"},
                 {tuned.changed, plain.changed, false, "changed labels"}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        xp_array *one = on_host(pairs[i].tuned), *other = on_host(pairs[i].plain);
        trial_check_same(t, pairs[i].has_nans ? plain_nans(one) : one, pairs[i].has_nans ? plain_nans(other) : other,
                         pairs[i].what);
    }
}
