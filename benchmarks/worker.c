/* The benchmarks' C side: a process that prepares and times rows as the runner asks, a line at a time.
 *
 *   start CONTESTANT ROW DTYPE THREADS   ->  ready T   (seconds of the first call) | unknown | failed ...
 *   time SECONDS                         ->  time T    (seconds a call, over as many calls as fill SECONDS)
 *   save PATH                            ->  saved | failed ...   (the last result as .npy)
 *   once N                               ->  done      (N calls, for counting instructions)
 *   stop                                 ->  stopped
 *
 * The runner asks the contestants in turn, so that all are measured under the same conditions; who is not asked waits
 * for its next line and uses no processor.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench.h"

typedef struct contestant {
    const char *name;
    const bench_row *const *lists;
} contestant;

static const bench_row *const scixp_lists[] = {bench_elementwise_rows, bench_reduction_rows, bench_call_rows,
                                               bench_cluster_rows, bench_fourier_rows, bench_move_rows,
                                               bench_linalg_rows,  bench_sorting_rows, NULL};
static const bench_row *const hand_lists[] = {bench_hand_rows, NULL};
static const bench_row *const blas_lists[] = {bench_blas_rows, NULL};
static const contestant contestants[] = {
    {"scixp", scixp_lists}, {"hand", hand_lists}, {"blas", blas_lists}, {NULL, NULL}};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static const bench_row *find_row(const char *who, const char *name)
{
    for (const contestant *c = contestants; c->name; c++) {
        if (strcmp(c->name, who) != 0)
            continue;
        for (const bench_row *const *list = c->lists; *list; list++)
            for (const bench_row *row = *list; row->name; row++)
                if (strcmp(row->name, name) == 0)
                    return row;
    }
    return NULL;
}

xp_array *bench_read(const bench_data *data, const char *name)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s.%s.npy", data->folder, name, data->dtype == XP_FLOAT32 ? "float32" : "float64");
    xp_array *x = xp_read_npy(path, NULL);
    return xp_ok(x) ? x : NULL;
}

void bench_finish(bench_data *data, xp_scope scope, xp_array *result)
{
    if (xp_eval(result) == XP_OK) {
        xp_release(data->result);
        data->result = xp_keep(result);
    }
    if (xp_scope_close(scope) != XP_OK) {
        xp_release(data->result);
        data->result = NULL;
    }
}

/* Seconds a call: doubles the number of calls until they fill the time asked for. */
static double time_calls(const bench_row *row, bench_data *data, double seconds)
{
    for (int64_t calls = 1;; calls *= 2) {
        double start = now();
        for (int64_t i = 0; i < calls; i++)
            row->call(data);
        double elapsed = now() - start;
        if (elapsed >= seconds || calls > INT64_C(1) << 40)
            return elapsed / (double)calls;
    }
}

static void stop(bench_data *data)
{
    xp_release(data->a);
    xp_release(data->b);
    xp_release(data->result);
    free(data->memory);
    data->a = data->b = data->result = NULL;
    data->memory = NULL;
}

static const bench_row *start(bench_data *data, const char *line)
{
    char who[32], name[64], dtype[16];
    int threads;
    if (sscanf(line, "start %31s %63s %15s %d", who, name, dtype, &threads) != 4) {
        puts("failed to read the line");
        return NULL;
    }
    const bench_row *row = find_row(who, name);
    stop(data);
    data->dtype = strcmp(dtype, "float32") == 0 ? XP_FLOAT32 : XP_FLOAT64;
    xp_set_num_threads(threads);
    omp_set_num_threads(threads); /* whom the BLAS by itself asks */
    if (!row) {
        puts("unknown");
        return NULL;
    }
    data->row = row->name;
    if (!row->setup(data)) {
        printf("failed: %s\n", xp_error_message());
        return NULL;
    }
    double begin = now();
    row->call(data);
    printf("ready %.9e\n", now() - begin);
    return row;
}

static void answer(const bench_row **row, bench_data *data, char *line)
{
    line[strcspn(line, "\n")] = '\0';
    if (strncmp(line, "start ", 6) == 0) {
        *row = start(data, line);
    } else if (!*row) {
        puts("failed: no row is started");
    } else if (strncmp(line, "time ", 5) == 0) {
        printf("time %.9e\n", time_calls(*row, data, atof(line + 5)));
    } else if (strncmp(line, "once ", 5) == 0) {
        for (int64_t n = atoll(line + 5); n > 0; n--)
            (*row)->call(data);
        puts("done");
    } else if (strncmp(line, "save ", 5) == 0) {
        bool saved = data->result && xp_write_npy(line + 5, data->result) == XP_OK;
        printf("%s\n", saved ? "saved" : "failed: no result");
    } else if (strcmp(line, "stop") == 0) {
        stop(data);
        *row = NULL;
        puts("stopped");
    } else {
        puts("failed: unknown line");
    }
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: %s DATA_FOLDER   (driven by benchmarks/run.py)\n", argv[0]);
        return 2;
    }
    bench_data data = {.folder = argv[1]};
    const bench_row *row = NULL;
    char line[1200];
    while (fgets(line, sizeof line, stdin)) {
        answer(&row, &data, line);
        fflush(stdout);
    }
    stop(&data);
    return 0;
}
