/* The test tools without Criterion: what holds is silent, what does not is printed and aborts.
 * SPDX-License-Identifier: BSD-3-Clause */
#define _GNU_SOURCE /* fork */

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scixp/testing.h"
#include "scixp/xp.h"

static void fail_an_assertion(void)
{
    xp_array *x = xp_ones(XP_SHAPE(3), XP_FLOAT64, NULL);
    xp_assert_equal(xp_add(x, x), x);
}

static void fail_as_expected(void)
{
    XP_TEST_PROVIDERS(device) {
        XP_TEST_EXPECT_FAILURE("one is not two");
        xp_assert_that(1 == 2, "%d", 1);
    }
    XP_TEST_PROVIDERS(device)
        XP_TEST_SKIP_PROVIDER("no reason");
    XP_TEST_PROVIDERS(device)
        XP_TEST_EXPECT_FAILURE("all is well");
}

/* What a child prints before it dies of SIGABRT; false if it does not. */
static bool dies(void (*work)(void), char *text, size_t bytes)
{
    int ends[2], status = 0;
    if (pipe(ends) != 0)
        return false;
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        work();
        _exit(0);
    }
    close(ends[1]);
    size_t got = 0;
    for (ssize_t part; got < bytes - 1 && (part = read(ends[0], text + got, bytes - 1 - got)) > 0;)
        got += (size_t)part;
    text[got] = '\0';
    close(ends[0]);
    return waitpid(child, &status, 0) == child && WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

int main(void)
{
    char text[4096];
    if (!dies(fail_an_assertion, text, sizeof text) || !strstr(text, "plain_program.c:") ||
        !strstr(text, "not equal: 3 of 3 elements differ")) {
        fprintf(stderr, "a failed assertion should print and abort: %s\n", text);
        return 1;
    }
    if (!dies(fail_as_expected, text, sizeof text) || !strstr(text, "[host] failed as expected: one is not two") ||
        !strstr(text, "[strict] passed over: no reason") || !strstr(text, "a failure was expected: all is well")) {
        fprintf(stderr, "a failure that is expected should print, one that does not come abort: %s\n", text);
        return 1;
    }
    XP_TEST_PROVIDERS(device) {
        xp_test_live before = xp_test_live_now();
        xp_scope scope = xp_scope_open();
        xp_array *x = xp_full(XP_SHAPE(2, 3), xp_scalar(0.5), XP_FLOAT32, device);
        xp_assert_close(xp_sum(x, XP_ALL), xp_scalar(3.0), 0, 1e-6);
        xp_assert_close_default(x, x);
        xp_assert_close_nulp(x, x, 0);
        xp_assert_less_equal(x, x);
        xp_assert_less(x, xp_ones(XP_SHAPE(2, 3), XP_FLOAT32, device));
        xp_assert_fails(xp_expand_dims(x, 7), XP_ERROR_INDEX, NULL);
        xp_assert_closes(scope);
        xp_assert_no_leaks(before);
    }
    return 0;
}
