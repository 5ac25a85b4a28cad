/* Times of a device's work on data that lies there, beside the rate at which it copies.
 * SPDX-License-Identifier: BSD-3-Clause
 *
 * usage: bench-device [DEVICE [ELEMENTS [ROWS]]]     opencl, 100000000, a glob over the rows' names
 *
 * Each job is enqueued several times and waited for once; the figure is the median of several such turns, a job. Beside
 * it stands what the process took of all processors, the lower quartile: on a busy machine, and with one thread, that
 * is what comes out again (OMP_NUM_THREADS=1 for the host, POCL_MAX_PTHREAD_COUNT=1 for PoCL). Rates count what the job
 * has to read and write, and are also given as a part of the rate of a plain copy, which is measured beside each job.
 * Jobs whose arrays the device has no memory for are left out.
 *
 * A row's parts are two spaces apart: its name, its dtype, the shapes of its arrays, its time, that of processors,
 * rates. device_peers.py reads them and measures others beside them. */
#include <fnmatch.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <scixp.h>

#define TURNS 7

typedef struct bench {
    const struct xp_device *device;
    const xp_namespace *xp;
    const char *rows;      /* a glob */
    xp_array *x, *y;       /* of a job; y is NULL if it has one alone */
} bench;

/* Seconds a call: on the clock, and of processors. */
typedef struct times {
    double wall, cpu;
} times;

/* The result of one round, which is then dropped. */
typedef xp_array *job(const bench *b);

static double now(clockid_t which)
{
    struct timespec t;
    clock_gettime(which, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Reads one element, so that everything before it is done. */
static void wait_for(xp_array *x)
{
    while (xp_ndim(x) > 0)
        x = xp_get(x, XP_INDEX(xp_at(-1)));
    double parts[2];
    xp_to_complex(x, parts);
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* NAN where it failed: the error is then printed. */
static times time_of(const bench *b, job *call, int rounds)
{
    double wall[TURNS], cpu[TURNS];
    for (int turn = -1; turn < TURNS; turn++) { /* the first one compiles */
        xp_scope scope = xp_scope_open();
        xp_array *last = NULL;
        double start = now(CLOCK_MONOTONIC), cpu_start = now(CLOCK_PROCESS_CPUTIME_ID);
        for (int i = 0; i < rounds; i++) {
            xp_scope round = xp_scope_open();
            xp_array *result = call(b);
            xp_eval(result);
            last = xp_scope_return(round, result);
            if (i + 1 < rounds) {
                xp_keep(last);
                xp_release(last);
            }
        }
        wait_for(last);
        if (turn >= 0) {
            wall[turn] = (now(CLOCK_MONOTONIC) - start) / rounds;
            cpu[turn] = (now(CLOCK_PROCESS_CPUTIME_ID) - cpu_start) / rounds;
        }
        if (xp_scope_close(scope) != XP_OK) {
            printf("    %s\n", xp_error_message());
            xp_error_clear();
            return (times){NAN, NAN};
        }
    }
    qsort(wall, TURNS, sizeof *wall, compare);
    qsort(cpu, TURNS, sizeof *cpu, compare);
    return (times){wall[TURNS / 2], cpu[TURNS / 4]};
}

/* ---- jobs -------------------------------------------------------------------------------------------------------- */

static xp_array *copy(const bench *b) { return xp_copy(b->x); }

static xp_array *chain_3(const bench *b)
{
    return b->xp->add(b->xp->multiply(b->x, b->y), b->xp->abs(b->x));
}

static xp_array *chain_12(const bench *b)
{
    const xp_namespace *xp = b->xp;
    xp_array *t = xp->subtract(xp->multiply(b->x, xp_scalar(1.5)), b->y);
    for (int i = 0; i < 3; i++)
        t = xp->maximum(xp->add(xp->multiply(t, b->x), b->y), xp->negative(t));
    return xp->where(xp->greater(t, xp_scalar(0.0)), t, b->y);
}

static xp_array *sum(const bench *b) { return b->xp->sum(b->x, XP_ALL); }
static xp_array *sum_0(const bench *b) { return b->xp->sum(b->x, XP_OVER(0)); }
static xp_array *sum_1(const bench *b) { return b->xp->sum(b->x, XP_OVER(1)); }
static xp_array *mean_0(const bench *b) { return b->xp->mean(b->x, XP_OVER(0)); }
static xp_array *mean_1(const bench *b) { return b->xp->mean(b->x, XP_OVER(1)); }
static xp_array *var_0(const bench *b) { return b->xp->var(b->x, XP_OVER(0)); }
static xp_array *var_1(const bench *b) { return b->xp->var(b->x, XP_OVER(1)); }
static xp_array *sort(const bench *b) { return b->xp->sort(b->x, -1, false, true); }
static xp_array *argsort(const bench *b) { return b->xp->argsort(b->x, -1, false, true); }
static xp_array *running_sum(const bench *b) { return b->xp->cumulative_sum(b->x, 0, XP_DEFAULT_DTYPE, false); }
static xp_array *running_sum_1(const bench *b) { return b->xp->cumulative_sum(b->x, 1, XP_DEFAULT_DTYPE, false); }
static xp_array *matmul(const bench *b) { return b->xp->matmul(b->x, b->y); }
static xp_array *solve(const bench *b) { return b->xp->linalg->solve(b->x, b->y); }
static xp_array *svd(const bench *b) { return b->xp->linalg->svd(b->x, false).s; }
static xp_array *eigh(const bench *b) { return b->xp->linalg->eigh(b->x).eigenvectors; }
static xp_array *fft(const bench *b) { return b->xp->fft->fft(b->x, -1, -1, XP_FFT_BACKWARD); }
static xp_array *vq(const bench *b)
{
    sx_vq_result result = sx_cluster_vq(b->x, b->y, NULL);
    return result.code;
}

/* As many numbers as x has, of its dtype. */
static xp_array *draw_uniform(const bench *b)
{
    xp_rng rng = xp_rng_seed(11);
    return b->xp->random->uniform(&rng, XP_SHAPE(xp_size(b->x)), xp_dtype_of(b->x));
}

static xp_array *draw_normal(const bench *b)
{
    xp_rng rng = xp_rng_seed(12);
    return b->xp->random->normal(&rng, XP_SHAPE(xp_size(b->x)), xp_dtype_of(b->x));
}

/* ---- rows -------------------------------------------------------------------------------------------------------- */

static xp_array *uniform(const bench *b, xp_shape shape, xp_dtype dtype, uint64_t seed)
{
    xp_rng rng = xp_rng_seed(seed);
    xp_array *x = b->xp->random->uniform(&rng, shape, dtype);
    xp_eval(x);
    return x;
}

static void print_shape(xp_array *x)
{
    for (int axis = 0; axis < xp_ndim(x); axis++)
        printf(axis ? "x%lld" : "%lld", (long long)xp_extent(x, axis));
}

static void print_row(const bench *b, const char *name, xp_dtype dtype, job *call, double bytes, double flops,
                      int rounds)
{
    if (fnmatch(b->rows, name, 0) != 0)
        return;
    const times taken = time_of(b, call, rounds);
    const double seconds = taken.wall;
    if (isnan(seconds))
        return;
    printf("%-26s  %-9s  ", name, dtype == XP_FLOAT32 ? "float32" : dtype == XP_FLOAT64 ? "float64" : "complex64");
    print_shape(b->x);
    if (b->y) {
        printf(", ");
        print_shape(b->y);
    }
    printf("  %10.4f ms  %10.4f ms of processors", 1e3 * seconds, 1e3 * taken.cpu);
    if (bytes > 0) {
        double copied = time_of(b, copy, rounds).wall;
        double copy_bytes = 2.0 * (double)xp_size(b->x) * (dtype == XP_FLOAT32 ? 4 : 8);
        printf("  %.1f GB/s  %.0f %% of a copy's rate", 1e-9 * bytes / seconds,
               100 * (bytes / seconds) / (copy_bytes / copied));
    }
    if (flops > 0)
        printf("  %.1f GFLOP/s", 1e-9 * flops / seconds);
    printf("\n");
    fflush(stdout);
}

static void memory_rows(bench *b, int64_t n, xp_dtype dtype)
{
    xp_scope scope = xp_scope_open();
    double bytes = (dtype == XP_FLOAT32 ? 4.0 : 8.0) * (double)n;
    b->x = uniform(b, XP_SHAPE(n), dtype, 1);
    b->y = uniform(b, XP_SHAPE(n), dtype, 2);
    print_row(b, "chain of 3", dtype, chain_3, 3 * bytes, 0, 10);
    print_row(b, "chain of 12", dtype, chain_12, 3 * bytes, 0, 10);
    b->y = NULL;
    print_row(b, "copy", dtype, copy, 2 * bytes, 0, 10);
    print_row(b, "sum", dtype, sum, bytes, 0, 10);
    print_row(b, "cumulative_sum", dtype, running_sum, 2 * bytes, 0, 5);
    print_row(b, "uniform", dtype, draw_uniform, bytes, 0, 5);
    print_row(b, "normal", dtype, draw_normal, bytes, 0, 5);
    b->x = b->xp->reshape(b->x, XP_SHAPE(n / 1000, 1000));
    print_row(b, "sum, axis 0", dtype, sum_0, bytes, 0, 10);
    print_row(b, "sum, axis 1", dtype, sum_1, bytes, 0, 10);
    print_row(b, "mean, axis 0", dtype, mean_0, bytes, 0, 10);
    print_row(b, "mean, axis 1", dtype, mean_1, bytes, 0, 10);
    print_row(b, "var, axis 0", dtype, var_0, bytes, 0, 10);
    print_row(b, "var, axis 1", dtype, var_1, bytes, 0, 10);
    print_row(b, "cumulative_sum, axis 1", dtype, running_sum_1, 2 * bytes, 0, 5);
    if (xp_scope_close(scope) != XP_OK)
        printf("    %s\n", xp_error_message());
}

static void sorting_rows(bench *b, int64_t n, xp_dtype dtype)
{
    xp_scope scope = xp_scope_open();
    b->x = uniform(b, XP_SHAPE(n), dtype, 3);
    b->y = NULL;
    print_row(b, "sort", dtype, sort, 0, 0, 2);
    print_row(b, "argsort", dtype, argsort, 0, 0, 2);
    b->x = b->xp->reshape(b->x, XP_SHAPE(n / 1000, 1000));
    print_row(b, "sort, axis 1", dtype, sort, 0, 0, 2);
    if (xp_scope_close(scope) != XP_OK)
        printf("    %s\n", xp_error_message());
}

static void vq_row(bench *b, int64_t n, int64_t d, int64_t k, xp_dtype dtype)
{
    xp_scope scope = xp_scope_open();
    char name[64];
    b->x = uniform(b, XP_SHAPE(n, d), dtype, 4);
    b->y = uniform(b, XP_SHAPE(k, d), dtype, 5);
    snprintf(name, sizeof name, "vq (%lld, %lld) k=%lld", (long long)n, (long long)d, (long long)k);
    print_row(b, name, dtype, vq, 0, 2.0 * (double)n * (double)d * (double)k, 2);
    if (xp_scope_close(scope) != XP_OK)
        printf("    %s\n", xp_error_message());
}

static void vq_rows(bench *b, int64_t n, xp_dtype dtype)
{
    vq_row(b, n / 100, 128, n >= 50000000 ? 1000 : 256, dtype);
    vq_row(b, n / 500, 784, 256, dtype);
    vq_row(b, n / 100, 16, 100, dtype);
    vq_row(b, n / 100, 3, 8, dtype);
    vq_row(b, n / 10, 5, 8, dtype);
}

/* Products and equations of order n, values and vectors of one that is smaller. */
static void linalg_rows(bench *b, int64_t n, int64_t small, xp_dtype dtype)
{
    xp_scope scope = xp_scope_open();
    double cube = (double)n * (double)n * (double)n;
    b->x = uniform(b, XP_SHAPE(n, n), dtype, 6);
    b->y = uniform(b, XP_SHAPE(n, n), dtype, 7);
    print_row(b, "matmul", dtype, matmul, 0, 2 * cube, 3);
    print_row(b, "solve", dtype, solve, 0, 2.0 / 3 * cube + 2 * cube, 1);
    b->x = uniform(b, XP_SHAPE(small, small), dtype, 8);
    b->y = NULL;
    print_row(b, "svd", dtype, svd, 0, 0, 1);
    print_row(b, "eigh", dtype, eigh, 0, 0, 1);
    if (xp_scope_close(scope) != XP_OK)
        printf("    %s\n", xp_error_message());
}

static void fft_row(bench *b, const char *name, int64_t lines, int exponent)
{
    const int64_t length = INT64_C(1) << exponent;
    b->x = uniform(b, XP_SHAPE(lines, length), XP_FLOAT32, 10);
    b->x = b->xp->astype(b->x, XP_COMPLEX64, true);
    b->y = NULL;
    xp_eval(b->x);
    print_row(b, name, XP_COMPLEX64, fft, 0, 5.0 * exponent * (double)(lines * length), 3);
}

static void call_rows(bench *b, int64_t n)
{
    xp_scope scope = xp_scope_open();
    b->x = uniform(b, XP_SHAPE(1000), XP_FLOAT32, 8);
    b->y = uniform(b, XP_SHAPE(1000), XP_FLOAT32, 9);
    print_row(b, "a small fused call", XP_FLOAT32, chain_3, 0, 0, 1000);
    fft_row(b, "fft of 2^20", 1, 20);
    fft_row(b, "fft of many 2^14", n >> 14 > 0 ? n >> 14 : 1, 14);
    if (xp_scope_close(scope) != XP_OK)
        printf("    %s\n", xp_error_message());
}

int main(int argc, char **argv)
{
    bench b = {.device = xp_device(argc > 1 ? argv[1] : "opencl"), .rows = argc > 3 ? argv[3] : "*"};
    if (!b.device) {
        fprintf(stderr, "%s\n", xp_error_message());
        return 1;
    }
    b.xp = xp_device_namespace(b.device);
    int64_t n = argc > 2 ? atoll(argv[2]) : 100000000;
    printf("%s, %lld elements\n", xp_device_name(b.device), (long long)n);
    const xp_dtype dtypes[] = {XP_FLOAT32, XP_FLOAT64};
    call_rows(&b, n);
    for (int i = 0; i < 2; i++)
        memory_rows(&b, n, dtypes[i]);
    for (int i = 0; i < 2; i++)
        sorting_rows(&b, n / 10, dtypes[i]);
    for (int i = 0; i < 2; i++)
        linalg_rows(&b, n >= 50000000 ? 4096 : 512, n >= 50000000 ? 1024 : 64, dtypes[i]);
    for (int i = 0; i < 2; i++)
        vq_rows(&b, n, dtypes[i]);
    return 0;
}
