/* The tuned bodies of the kernels of cluster.vq against their passes, bit by bit.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <math.h>

#include "kernel/launch.h"
#include "trials.h"
#include "vq_sizes.h"

extern const xp_kernel vq_closest_kernel;

/* Labels alone, with sums, and with sums where another round has left its own. */
CHECKED_TEST(vq_kernels, nearest_has_the_bits_of_its_passes)
{
    support_random random = {20};
    for (int i = 0; i < 10000; i++) {
        trial t = trial_draw(&random);
        xp_scope scope = xp_scope_open();
        xp_array *obs = lay_out(trial_points(&random, &t, t.n), t.how);
        xp_array *code_book = trial_points(&random, &t, t.k);
        found tuned = trial_nearest(&t, obs, code_book, i % 2, false, NULL);
        found plain = trial_nearest(&t, obs, code_book, i % 2, true, NULL);
        trial_check_found(&t, tuned, plain);
        if (i % 4 == 1) {
            code_book = trial_points(&random, &t, t.k);
            trial_check_found(&t, trial_nearest(&t, obs, code_book, true, false, &tuned),
                              trial_nearest(&t, obs, code_book, true, true, &plain));
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
            xp_array *obs = trial_points(&random, &t, t.n), *code_book = trial_points(&random, &t, t.k);
            found tuned = trial_nearest(&t, obs, code_book, true, false, NULL);
            found plain = trial_nearest(&t, obs, code_book, true, true, NULL);
            trial_check_found(&t, tuned, plain);
            code_book = trial_points(&random, &t, t.k);
            trial_check_found(&t, trial_nearest(&t, obs, code_book, true, false, &tuned),
                              trial_nearest(&t, obs, code_book, true, true, &plain));
            xp_assert_closes(scope);
        }
        xp_set_num_threads(0);
    }
}

/* So many points that what is written goes past the caches. */
CHECKED_TEST(vq_kernels, nearest_of_many_points)
{
    for (int i = 0; i < 6; i++) {
        support_random random = {24};
        trial t = {.n = 1100003, .d = 2 + i / 2, .k = i % 4 < 2 ? 25 : 5, .slots = 3,
                   .dtype = i % 2 ? XP_FLOAT64 : XP_FLOAT32, .scale = 1};
        xp_scope scope = xp_scope_open();
        xp_set_num_threads(1 + i % 3);
        xp_array *obs = trial_points(&random, &t, t.n);
        xp_array *code_book = xp_get(obs, XP_INDEX(xp_slice(1000, 1000 + t.k, 1))); /* some points are centroids */
        const bool with_sums = i % 2 && i > 1; /* by slots, and where there are too few of them behind labels */
        trial_check_found(&t, trial_nearest(&t, obs, code_book, with_sums, false, NULL),
                          trial_nearest(&t, obs, code_book, with_sums, true, NULL));
        xp_set_num_threads(0);
        xp_assert_closes(scope);
    }
}

/* Points x (n, d) and centroids c (k, d), which are given up. */
static void check_nearest(const trial *t, double *x, double *c, layout how, bool with_sums)
{
    xp_scope scope = xp_scope_open();
    xp_array *obs = lay_out(support_array(x, t->dtype, XP_SHAPE(t->n, t->d), xp_device("host")), how);
    xp_array *code_book = support_array(c, t->dtype, XP_SHAPE(t->k, t->d), xp_device("host"));
    trial_check_found(t, trial_nearest(t, obs, code_book, with_sums, false, NULL),
                      trial_nearest(t, obs, code_book, with_sums, true, NULL));
    xp_assert_closes(scope);
    free(x);
    free(c);
}

/* Every second centroid is close to the one before, down to where no way of scanning can tell them apart; some points
 * have one long feature, some are next to nothing. */
CHECKED_TEST(vq_kernels, nearest_of_close_centroids)
{
    support_random random = {23};
    for (int i = 0; i < 400; i++) {
        trial t = {.n = support_integer(&random, 1, 400),
                   .d = support_integer(&random, i % 3 ? 9 : 1, i % 8 ? 60 : 400),
                   .k = support_integer(&random, 24, i % 16 ? 120 : 1000), .slots = 1,
                   .dtype = i % 2 ? XP_FLOAT64 : XP_FLOAT32,
                   .scale = i % 7 == 0 ? 1e-8 : 1};
        double apart = t.scale * pow(10, -support_uniform(&random, 0, 9));
        double *x = malloc((size_t)(t.n * t.d) * sizeof *x), *c = malloc((size_t)(t.k * t.d) * sizeof *c);
        for (int64_t j = 0; j < t.k * t.d; j++)
            c[j] = j / t.d % 2 ? c[j - t.d] + apart * support_uniform(&random, -1, 1)
                               : t.scale * support_uniform(&random, -2, 2);
        for (int64_t j = 0; j < t.n * t.d; j++)
            x[j] = (j / t.d % 9 ? t.scale : 1e-30) * support_uniform(&random, -3, 3);
        for (int64_t p = 0; p < t.n; p += 5)
            x[p * t.d + support_integer(&random, 0, t.d)] *= 1000;
        check_nearest(&t, x, c, (layout)(i % N_LAYOUTS), true);
    }
}

/* What a point of few features is multiplied by: so little that float32 loses the square of its distance from the first
 * centroid, much, something that is no number, or 1. Few of them are odd: none is to hide another. */
static double odd_scale(support_random *random)
{
    switch (support_integer(random, 0, 64)) {
    case 0:
        return pow(10, -support_uniform(random, 14, 24));
    case 1:
        return pow(10, support_uniform(random, 2, 22));
    case 2:
        return (double)INFINITY;
    case 3:
    case 4:
    case 5:
        return (double)NAN;
    default:
        return 1;
    }
}

CHECKED_TEST(vq_kernels, nearest_of_odd_points_of_few_features)
{
    support_random random = {25};
    for (int i = 0; i < 800; i++) {
        trial t = {.n = support_integer(&random, 64, i % 4 ? 400 : 1500), .d = support_integer(&random, 1, 18),
                   .k = support_integer(&random, 2, i % 2 ? 40 : i % 16 ? 260 : 3000), .slots = 1,
                   .dtype = i / 2 % 2 ? XP_FLOAT64 : XP_FLOAT32, .scale = 1};
        double *x = malloc((size_t)(t.n * t.d) * sizeof *x), *c = malloc((size_t)(t.k * t.d) * sizeof *c);
        const double far = i % 5 == 0 ? pow(10, support_uniform(&random, 2, 18)) : 1; /* all points */
        for (int64_t j = 0; j < t.k * t.d; j++)
            c[j] = j < t.d ? 0 : support_uniform(&random, -2, 2);
        for (int64_t p = 0; p < t.n; p++) {
            const double scale = far * odd_scale(&random);
            for (int64_t j = 0; j < t.d; j++)
                x[p * t.d + j] = scale * support_uniform(&random, -3, 3);
        }
        check_nearest(&t, x, c, (layout)(i % N_LAYOUTS), i % 8 > 3);
    }
}

/* Points of few features that products leave open, and others, by turns: the scan goes over from one way to the other
 * and back, and sums go on where they were. */
CHECKED_TEST(vq_kernels, nearest_of_open_points_by_turns)
{
    support_random random = {26};
    for (int i = 0; i < 64; i++) {
        trial t = {.n = (i % 9 ? 9000 : 36000) + i, .d = i % 16 + 1, .slots = support_integer(&random, 1, 4),
                   .dtype = i / 16 % 2 ? XP_FLOAT64 : XP_FLOAT32, .scale = 1, .labels_alone = i % 5 == 1};
        t.k = support_integer(&random, 2, i / 32 ? i % 6 ? 257 : 2000 : t.d > 12 ? 24 : t.d > 8 ? 33 : 40);
        double *x = malloc((size_t)(t.n * t.d) * sizeof *x), *c = malloc((size_t)(t.k * t.d) * sizeof *c);
        for (int64_t j = 0; j < t.k * t.d; j++)
            c[j] = support_uniform(&random, -2, 2);
        for (int64_t p = 0; p < t.n; p++) {
            const double *one = c + support_integer(&random, 0, t.k) * t.d, *other = c + p % 2 * t.d;
            for (int64_t j = 0; j < t.d; j++)
                x[p * t.d + j] = p / 300 % 5 == 0 ? (one[j] + other[j]) / 2 : support_uniform(&random, -3, 3);
        }
        check_nearest(&t, x, c, (layout)(i % N_LAYOUTS), i % 3 != 1);
    }
}

/* Most points lie on centroids, also all that are looked at to choose a range (every 250th), the others further and
 * further out behind one of them: where they leave that range, no label is to be taken for proven. */
CHECKED_TEST(vq_kernels, nearest_of_points_that_leave_the_range)
{
    support_random random = {27};
    for (int i = 0; i < 64; i++) {
        trial t = {.n = 2000, .d = i % 16 + 1, .k = support_integer(&random, 4, 257), .slots = 1,
                   .dtype = i / 16 % 2 ? XP_FLOAT64 : XP_FLOAT32, .scale = 1, .labels_alone = i / 32};
        double *x = malloc((size_t)(t.n * t.d) * sizeof *x), *c = malloc((size_t)(t.k * t.d) * sizeof *c);
        for (int64_t j = 0; j < t.k * t.d; j++)
            c[j] = support_uniform(&random, -2, 2);
        for (int64_t p = 0; p < t.n; p++) {
            const int64_t at = support_integer(&random, 0, t.k), out = support_integer(&random, 0, t.d);
            memcpy(x + p * t.d, c + at * t.d, (size_t)t.d * sizeof *x);
            if (p % 20 == 7)
                x[p * t.d + out] += copysign(8.0 * (double)p / (double)t.n, c[at * t.d + out]);
        }
        check_nearest(&t, x, c, (layout)(i % N_LAYOUTS), i % 3 == 0);
    }
}

/* A point between two centroids, in features whose last halves round so that the nearer one seems to be further away,
 * by as much as rounding to whole numbers can do: `a` apart in all features, and one more in one of them. */
static void draw_worst(support_random *random, int64_t d, double *x, double *nearer, double *other)
{
    const double least = 0.002, a = (double)support_integer(random, 50, 500);
    const int64_t further = support_integer(random, 0, d);
    for (int64_t j = 0; j < d; j++) {
        const double sign = support_integer(random, 0, 2) ? 1 : -1, bound = 8000 / sqrt((double)d);
        const double half = floor(support_uniform(random, -bound, bound)) + 0.5;
        x[j] = half + sign * least;
        nearer[j] = half - sign * (a + least);
        other[j] = half + sign * (a - least + (j == further));
    }
}

/* Centroids come in pairs around 0, the first ones 16000 away, and all points that are looked at to choose a range
 * (every 250th) lie on centroids: so whole numbers have the unit 1. */
CHECKED_TEST(vq_kernels, nearest_of_points_that_rounding_moves_most)
{
    support_random random = {28};
    for (int i = 0; i < 64; i++) {
        trial t = {.n = 2000, .d = i % 16 + 1, .k = 2 + 4 * support_integer(&random, 16, 60), .slots = 1,
                   .dtype = i / 16 % 2 ? XP_FLOAT64 : XP_FLOAT32, .scale = 1};
        double *x = malloc((size_t)(t.n * t.d) * sizeof *x), *c = calloc((size_t)(t.k * t.d), sizeof *c);
        double *worst = malloc((size_t)(t.k * t.d) * sizeof *worst);
        c[0] = 16000;
        c[t.d] = -16000;
        for (int64_t q = 2; q < t.k; q += 4) {
            draw_worst(&random, t.d, worst + q * t.d, c + q * t.d, c + (q + 2) * t.d);
            for (int64_t j = q * t.d; j < (q + 1) * t.d; j++) {
                worst[j + t.d] = -worst[j];
                c[j + t.d] = -c[j];
                c[j + 3 * t.d] = -c[j + 2 * t.d];
            }
        }
        for (int64_t p = 0; p < t.n; p++) {
            const int64_t at = 2 + 4 * support_integer(&random, 0, t.k / 4) + p % 2;
            memcpy(x + p * t.d, (p % 250 == 0 ? c : worst) + at * t.d, (size_t)t.d * sizeof *x);
        }
        check_nearest(&t, x, c, (layout)(i % N_LAYOUTS), i % 3 == 0);
        free(worst);
    }
}

/* Rows drawn in batches of `batch` and less, and the squares of the distances to them before the last batch. */
typedef struct seeded {
    xp_array *chosen, *closest;
} seeded;

static seeded seed(xp_array *obs, xp_array *drawn, int64_t batch, bool plain)
{
    const xp_namespace *xp = xp_array_namespace(obs);
    int64_t n = xp_extent(obs, 0), d = xp_extent(obs, 1), k = xp_extent(drawn, 0);
    int64_t chunks = (n + VQ_CLOSEST_CHUNK - 1) / VQ_CLOSEST_CHUNK;
    int64_t blocks = (n + VQ_CLOSEST_BLOCK - 1) / VQ_CLOSEST_BLOCK;
    xp_array *packed = xp_launch_output(xp, XP_SHAPE(blocks, d, VQ_CLOSEST_BLOCK), xp_dtype_of(obs), "seed");
    xp_array *chosen = xp_launch_output(xp, XP_SHAPE(k), XP_INT64, "seed");
    xp_array *closest = xp_launch_output(xp, XP_SHAPE(n), xp_dtype_of(obs), "seed");
    xp_array *totals = xp_launch_output(xp, XP_SHAPE(chunks), XP_FLOAT64, "seed");
    xp_array *reached = xp_launch_output(xp, XP_SHAPE(1), XP_INT64, "seed");
    xp_array *const arrays[] = {obs, packed, chosen, closest, totals, drawn, reached};
    xp_launch_plain(plain);
    for (int64_t since = 0, done = 0, before = 0; done < k || since < done; since = before) {
        const int64_t start[] = {n, 0, 0, 1}, later[] = {0, n, chunks, 1}, last[] = {0, n, chunks, 0};
        const int64_t most = k - done < batch ? k : done + batch;
        cr_assert(xp_launch(&vq_closest_kernel, "seed", xp_dtype_of(obs),
                            done == 0 ? start : done < k ? later : last, arrays,
                            (const xp_number[]){{.index = since}, {.index = done}, {.index = most}}, 0));
        before = done;
        if (done < k)
            cr_assert_eq(xp_to_host(reached, &done, sizeof done), XP_OK);
        cr_assert((done > before || before == k) && done <= (most > 1 ? most : 1));
    }
    xp_launch_plain(false);
    return (seeded){chosen, closest};
}

CHECKED_TEST(vq_kernels, closest_has_the_bits_of_its_passes)
{
    support_random random = {22};
    for (int i = 0; i < 300; i++) {
        trial t = trial_draw(&random);
        t.n = support_integer(&random, 1, 5000);
        t.d = t.d % 20 + 1;
        xp_scope scope = xp_scope_open();
        xp_array *obs = lay_out(trial_points(&random, &t, t.n), t.how);
        xp_rng rng = xp_rng_seed((uint64_t)i);
        const int64_t tries = support_integer(&random, 1, 5), batch = support_integer(&random, 1, 9);
        xp_array *drawn = xp_random_uniform(&rng, XP_SHAPE(t.k, tries, t.dtype == XP_FLOAT32 ? 3 : 2), t.dtype,
                                            xp_device("host"));
        const seeded tuned = seed(obs, drawn, batch, false), plain = seed(obs, drawn, batch, true);
        trial_check_same(&t, tuned.chosen, plain.chosen, "chosen rows");
        trial_check_same(&t, t.has_odd ? NULL : tuned.closest, plain.closest, "squares");
        xp_assert_closes(scope);
    }
}

/* Whether drawn in batches or one by one: the last of four rows is drawn as often as by the definition, each of the
 * rows with a probability that goes by the square of its distance to those before it. */
CHECKED_TEST(vq_kernels, batches_draw_by_squared_distance)
{
    enum { N = 7, DRAWS = 6000 };
    static const double places[N] = {0, 1, 1.5, 4, 4.25, 9, 10};
    double expected[N] = {0};
    for (int path = 0; path < N * N * N * N; path++) {
        const int rows[] = {path % N, path / N % N, path / N / N % N, path / N / N / N};
        double likely = 1.0 / N;
        for (int i = 1; i < 4; i++) {
            double squares[N], sum = 0;
            for (int p = 0; p < N; p++) {
                squares[p] = INFINITY;
                for (int r = 0; r < i; r++)
                    squares[p] = fmin(squares[p], (places[p] - places[rows[r]]) * (places[p] - places[rows[r]]));
                sum += squares[p];
            }
            likely *= squares[rows[i]] / sum;
        }
        expected[rows[3]] += likely * DRAWS;
    }
    xp_scope scope = xp_scope_open();
    xp_array *obs = support_array(places, XP_FLOAT64, XP_SHAPE(N, 1), xp_device("host"));
    for (int64_t tries = 1; tries < 6; tries += 2) {
        double counts[N] = {0}, chi_squared = 0;
        xp_rng rng = xp_rng_seed(7);
        for (int i = 0; i < DRAWS; i++) {
            xp_scope inner = xp_scope_open();
            int64_t chosen[4];
            xp_array *drawn = xp_random_uniform(&rng, XP_SHAPE(4, tries, 2), XP_FLOAT64, xp_device("host"));
            cr_assert_eq(xp_to_host(seed(obs, drawn, 3, false).chosen, chosen, sizeof chosen), XP_OK);
            counts[chosen[3]]++;
            xp_assert_closes(inner);
        }
        for (int p = 0; p < N; p++)
            chi_squared += (counts[p] - expected[p]) * (counts[p] - expected[p]) / expected[p];
        cr_assert_lt(chi_squared, 22.5, "%d tries: %g", (int)tries, chi_squared); /* 6 degrees: 1 of 1000 is above */
    }
    xp_assert_closes(scope);
}

/* Rounds of k-means, some of whose clusters stay empty. */
CHECKED_TEST(vq_kernels, means_have_the_bits_of_their_passes)
{
    static const struct {
        int64_t n, d, k;
    } sizes[] = {{1, 2, 1}, {9000, 3, 8}, {5000, 5, 300}, {7000, 40, 31}, {90, 1100, 7}};
    XP_TEST_DTYPES(dtype, XP_TEST_REAL_FLOATING)
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        support_random random = {23};
        trial t = {.n = sizes[i].n, .d = sizes[i].d, .k = sizes[i].k, .dtype = dtype, .scale = 1};
        xp_scope scope = xp_scope_open();
        xp_array *obs = trial_points(&random, &t, t.n), *code_book = trial_points(&random, &t, t.k);
        xp_array *is_third = xp_equal(xp_remainder(xp_arange(0, (double)t.k, 1, dtype, xp_device("host")),
                                                   xp_scalar(3.0)), xp_scalar(2.0));
        code_book = xp_where(xp_expand_dims(is_third, 1), xp_add(code_book, xp_scalar(100.0)), code_book);
        sx_kmeans2_options options = sx_cluster_kmeans2_defaults();
        options.iter = 3;
        options.minit = SX_MINIT_MATRIX;
        xp_launch_plain(true);
        sx_kmeans2_result plain = sx_cluster_kmeans2(obs, code_book, &options);
        xp_launch_plain(false);
        trial_check_same(&t, sx_cluster_kmeans2(obs, code_book, &options).centroid, plain.centroid, "means");
        xp_assert_closes(scope);
    }
}
