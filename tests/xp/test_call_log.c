/* The log of calls: what succeeded, once for each function, device and dtype, and only what was called from outside.
 * SPDX-License-Identifier: BSD-3-Clause */
#define _GNU_SOURCE /* mkstemp */

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support.h"

static void make_calls(double *results)
{
    xp_scope scope = xp_scope_open();
    const struct xp_device *devices[] = {xp_device("host"), xp_device("strict:no_x64")};
    for (int i = 0; i < 2; i++) {
        xp_array *x = support_ramp(1, 1, XP_FLOAT32, XP_SHAPE(2, 3), devices[i]);
        xp_array *y = xp_add(x, xp_scalar(1)), *parts[2];
        (void)xp_add(y, x); /* the same again */
        (void)xp_where(xp_less(x, y), x, y);
        (void)xp_get(x, XP_INDEX(xp_at(0), xp_ellipsis()));
        (void)xp_extra_cov(x, -1, 1.0, NULL, NULL); /* calls mean, subtract and others */
        (void)xp_ones(XP_SHAPE(2), XP_INT8, devices[i]);
        (void)xp_broadcast_arrays((xp_array *const[]){x, y}, 2, parts);
        (void)xp_linalg_svd(x, true);
        (void)xp_linalg_matmul(x, xp_matrix_transpose(x));
    }
    (void)xp_finfo(XP_FLOAT32);
    xp_try attempt = xp_try_open();
    (void)xp_matmul(xp_ones(XP_SHAPE(2), XP_BOOL, NULL), xp_scalar(1)); /* fails */
    (void)!xp_try_close(attempt, NULL);
    results[0] = xp_scope_close(scope);
}

/* Everything the calls above may leave, but for what device. */
static const char *const expected[] = {"add float32",  "less float32",           "where float32",
                                       "get float32",  "extra.cov float32",      "ones int8",
                                       "linalg.svd float32", "broadcast_arrays float32", "linalg.matmul float32",
                                       "matrix_transpose float32"};
enum { N_EXPECTED = sizeof expected / sizeof expected[0] };

static void take_out(char *text, const char *device, const char *call)
{
    char line[80];
    snprintf(line, sizeof line, "%s %s\n", device, call);
    char *found = strstr(text, line);
    cr_assert(found, "the log has no %s in\n%s", line, text);
    memmove(found, found + strlen(line), strlen(found + strlen(line)) + 1);
}

Test(call_log, has_what_succeeded_once)
{
    char path[] = "/tmp/scixp_call_log_XXXXXX", text[4096] = "";
    double status = -1;
    int file = mkstemp(path);
    cr_assert_geq(file, 0);
    support_elsewhere("SCIXP_LOG_CALLS", path, make_calls, &status, 1);
    ssize_t length = read(file, text, sizeof text - 1);
    close(file);
    unlink(path);
    cr_assert_eq(status, XP_OK);
    cr_assert_gt(length, 0);
    for (int i = 0; i < N_EXPECTED; i++) {
        take_out(text, "host", expected[i]);
        take_out(text, "strict:no_x64", expected[i]);
    }
    take_out(text, "any", "finfo any");
    take_out(text, "host", "ones bool");
    cr_assert_str_empty(text, "more than expected:\n%s", text);
}

/* Without the variable the tables hold the functions themselves. */
CHECKED_TEST(call_log, is_not_in_the_way_where_nobody_asks)
{
    if (getenv("SCIXP_LOG_CALLS"))
        XP_TEST_SKIP("the calls of this run are logged");
    const xp_namespace *host = xp_device_namespace(xp_device("host"));
    const xp_namespace *trace = xp_device_namespace(xp_device("trace(host)"));
    const xp_namespace *strict = xp_device_namespace(xp_device("strict"));
    cr_assert(host->add == trace->add && host->linalg->svd == trace->linalg->svd);
    cr_assert(host->add != strict->add && host->linalg->svd != strict->linalg->svd);
}
