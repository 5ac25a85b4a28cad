/* What every test program shares: set-up and tear-down, arrays with known contents, random numbers, crash reports.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_SUPPORT_H
#define TESTS_SUPPORT_H

#include <criterion/criterion.h>

#include "scixp/testing.h"
#include "scixp/xp.h"

/* A Criterion test with a set-up that keeps warnings instead of printing them, and with checks at its end: nothing may
 * be alive in the library then, and under AddressSanitizer nothing may have leaked. They belong to the test itself, as
 * Criterion lets no failure of a tear-down count. */
#define CHECKED_TEST(suite, name)                                                                                      \
    static void suite##_##name(void);                                                                                  \
    Test(suite, name, .init = support_start)                                                                           \
    {                                                                                                                  \
        suite##_##name();                                                                                              \
        support_end();                                                                                                 \
    }                                                                                                                  \
    static void suite##_##name(void)
void support_start(void);
void support_end(void);

/* The warnings since the test began, or since the last call of support_forget_warnings; the latest text, "" if none. */
int support_warnings(void);
const char *support_last_warning(void);
void support_forget_warnings(void);

/* Repeatable random numbers (SplitMix64 on a seed): in [low, high). */
typedef struct support_random {
    uint64_t state;
} support_random;
double support_uniform(support_random *random, double low, double high);
int64_t support_integer(support_random *random, int64_t low, int64_t high);

/* An array of a dtype from doubles (cast by C's rules; complex gets imaginary parts of half the next value), and one
 * with the values first, first + step, ... Both C-contiguous on the device. */
xp_array *support_array(const double *values, xp_dtype dtype, xp_shape shape, const struct xp_device *device);
xp_array *support_ramp(double first, double step, xp_dtype dtype, xp_shape shape, const struct xp_device *device);

/* The elements of two arrays, of whatever devices, have the same dtype, shape and bits: NULL if so, else a text. */
const char *support_differ(xp_array *a, xp_array *b);

/* Runs `work` in a process of its own, with the variable set before the library is first used, and gives what it wrote:
 * `count` doubles. Fails the test if the process does not end well within a minute. To be called before the test itself
 * uses the library: OpenMP's threads do not survive in a child, which then waits for them forever. */
typedef void support_work(double *results);
void support_elsewhere(const char *variable, const char *value, support_work *work, double *results, int count);

/* A printf-like line on what a test has covered, for the end of `make check`: goes to the file that SCIXP_TEST_REPORT
 * names, or to stderr. */
void support_report(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Seconds of processor time of this thread; seconds of some clock that only goes forward. */
double support_processor_seconds(void);
double support_seconds(void);

/* Prints, when the process dies of a bad access, which strict array the address lies in and which function of the
 * library's interface was on the stack. Set up by support_start. */
void support_report_crashes(void);

#endif
