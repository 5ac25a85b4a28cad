/* Errors, warnings and progress.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "core_support.h"

#include <criterion/redirect.h>

CHECKED_TEST(errors, the_record)
{
    cr_expect_eq(xp_error_code(), XP_OK);
    cr_expect_str_eq(xp_error_message(), "");
    cr_expect_str_eq(xp_error_function(), "");
    cr_expect_str_eq(xp_error_argument(), "");
    cr_expect_eq(xp_fail(XP_ERROR_VALUE, "kmeans", "obs", "kmeans: obs has %d dimensions, expected 1 or 2", 3),
                 xp_failed());
    cr_expect_eq(xp_error_code(), XP_ERROR_VALUE);
    cr_expect_str_eq(xp_error_message(), "kmeans: obs has 3 dimensions, expected 1 or 2");
    cr_expect_str_eq(xp_error_function(), "kmeans");
    cr_expect_str_eq(xp_error_argument(), "obs");
    xp_fail(XP_ERROR_MEMORY, "later", NULL, "later: a consequence");
    cr_expect_eq(xp_error_code(), XP_ERROR_VALUE, "the first one wins");
    xp_error_clear();
    cr_expect_eq(xp_error_code(), XP_OK);
}

CHECKED_TEST(errors, the_function_is_named_in_front_once)
{
    xp_fail_message(XP_ERROR_TYPE, "sort", NULL, "not in this build");
    cr_expect_str_eq(xp_error_message(), "sort: not in this build");
    xp_error_clear();
    xp_fail_message(XP_ERROR_TYPE, "sort", NULL, "sort: not in this build");
    cr_expect_str_eq(xp_error_message(), "sort: not in this build");
    xp_error_clear();
    xp_fail_message(XP_ERROR_TYPE, "sort", NULL, "sorting is not in this build");
    cr_expect_str_eq(xp_error_message(), "sort: sorting is not in this build");
    xp_error_clear();
    xp_fail_message(XP_ERROR_TYPE, NULL, NULL, "no function");
    cr_expect_str_eq(xp_error_message(), "no function");
    xp_error_clear();
}

CHECKED_TEST(errors, long_texts_are_cut)
{
    char text[1000];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    xp_fail(XP_ERROR_VALUE, text, text, "%s", text);
    cr_expect_lt(strlen(xp_error_message()), sizeof((xp_error_record *)0)->message);
    cr_expect_lt(strlen(xp_error_function()), sizeof((xp_error_record *)0)->function);
    xp_error_clear();
}

CHECKED_TEST(errors, a_new_outermost_scope_makes_them_stale)
{
    xp_fail(XP_ERROR_INDEX, "take", "indices", "take: 7 is out of bounds");
    const char *text = xp_error_message();
    xp_scope scope = xp_scope_open();
    cr_expect_eq(xp_error_code(), XP_OK);
    cr_expect_str_eq(xp_error_message(), "");
    cr_expect_str_eq(text, "take: 7 is out of bounds", "texts stay until the next error");
    xp_fail(XP_ERROR_TYPE, "next", NULL, "next: replaces it");
    cr_expect_eq(xp_error_code(), XP_ERROR_TYPE);
    cr_expect_eq(xp_scope_close(scope), XP_ERROR_TYPE);
    cr_expect_eq(xp_error_code(), XP_ERROR_TYPE, "closing forgets nothing");
}

CHECKED_TEST(errors, a_failed_array_brings_its_error_back)
{
    xp_array *x = xp_fail(XP_ERROR_INDEX, "take", "indices", "take: 7 is out of bounds");
    xp_scope scope = xp_scope_open();
    cr_expect_eq(xp_to_int(x), 0);
    cr_expect_eq(xp_error_code(), XP_ERROR_INDEX);
    cr_expect_str_eq(xp_error_message(), "take: 7 is out of bounds");
    cr_expect_eq(xp_scope_close(scope), XP_ERROR_INDEX);
}

CHECKED_TEST(errors, a_failed_array_of_an_unknown_error)
{
    xp_scope scope = xp_scope_open();
    xp_error_clear();
    cr_expect_eq(xp_alias(xp_failed()), xp_failed());
    cr_expect_eq(xp_scope_close(scope), XP_ERROR_VALUE);
    cr_expect_str_eq(xp_error_message(), "an array that had failed earlier was used");
}

CHECKED_TEST(errors, clearing_forgets_for_open_scopes_too)
{
    xp_scope outer = xp_scope_open(), inner = xp_scope_open();
    xp_fail(XP_ERROR_IO, "open", NULL, "open: no such file");
    xp_error_clear();
    cr_expect_eq(xp_scope_close(inner), XP_OK);
    cr_expect_eq(xp_scope_close(outer), XP_OK);
}

static void *fail_elsewhere(void *context)
{
    cr_expect_eq(xp_error_code(), XP_OK);
    xp_fail(XP_ERROR_DEVICE, "elsewhere", NULL, "elsewhere: on another thread");
    return context;
}

CHECKED_TEST(errors, each_thread_has_its_own)
{
    pthread_t thread;
    xp_fail(XP_ERROR_VALUE, "here", NULL, "here: on this thread");
    cr_assert_eq(pthread_create(&thread, NULL, fail_elsewhere, NULL), 0);
    pthread_join(thread, NULL);
    cr_expect_str_eq(xp_error_message(), "here: on this thread");
    xp_error_clear();
}

CHECKED_TEST(errors, the_failed_array_answers_every_question)
{
    xp_array *x = xp_failed();
    cr_expect_not(xp_ok(x));
    cr_expect_not(xp_ok(NULL));
    cr_expect_eq(xp_dtype_of(x), XP_DEFAULT_DTYPE);
    cr_expect_eq(xp_ndim(x), 0);
    cr_expect_eq(xp_extent(x, 0), 0);
    cr_expect_null(xp_extents(x));
    cr_expect_eq(xp_size(x), 0);
    cr_expect_null(xp_device_of(x));
    cr_expect_not(xp_is_weak(x) || xp_is_pending(x));
    cr_expect_null(xp_data(x));
    cr_expect(isnan(xp_to_double(x)));
    cr_expect_not(xp_truth(x));
    double value[2];
    xp_to_complex(x, value);
    cr_expect(isnan(value[0]) && isnan(value[1]));
    cr_expect_eq(xp_give(x), x);
    cr_expect_eq(xp_array_namespace_of(&x, 1), xp_array_namespace(x));
    xp_error_clear();
}

/* ---- warnings and progress --------------------------------------------------------------------------------------- */

typedef struct heard {
    int count;
    xp_warning category;
    char message[64];
} heard;

static void hear(void *context, xp_warning category, const char *message)
{
    heard *h = context;
    h->count++;
    h->category = category;
    snprintf(h->message, sizeof h->message, "%s", message);
}

CHECKED_TEST(errors, a_callback_hears_every_warning)
{
    heard h = {0};
    xp_set_warning_callback(hear, &h);
    xp_warn("whiten: some features do not vary");
    xp_warn("whiten: some features do not vary");
    cr_expect_eq(h.count, 2);
    cr_expect_eq(h.category, XP_WARNING_USER);
    xp_warn_as(XP_WARNING_TRANSFER, "sort: moved to the host");
    cr_expect_eq(h.category, XP_WARNING_TRANSFER);
    cr_expect_str_eq(h.message, "sort: moved to the host");
    xp_set_warning_callback(NULL, NULL);
}

CHECKED_TEST(errors, by_default_each_message_is_printed_once)
{
    cr_redirect_stderr();
    xp_set_warning_callback(NULL, NULL);
    for (int i = 0; i < 5; i++) {
        xp_warn("kmeans2: one of the clusters is empty");
        xp_warn("another");
    }
    fflush(stderr);
    cr_expect_stderr_eq_str("scixp: warning: kmeans2: one of the clusters is empty\nscixp: warning: another\n");
}

static bool stop_at_three(void *context, const xp_progress_report *report)
{
    *(double *)context = report->value;
    cr_expect_eq(report->size, sizeof(xp_progress_report));
    cr_expect_str_eq(report->function, "kmeans");
    cr_expect_eq(report->steps, 10);
    cr_expect_eq(report->changed, 7);
    return report->step < 3;
}

CHECKED_TEST(errors, progress_can_cancel)
{
    double value = 0;
    cr_expect(xp_progress("kmeans", 1, 10, 0.5, 7), "nobody listens");
    cr_expect_not(xp_progress_is_heard());
    xp_set_progress_callback(stop_at_three, &value);
    cr_expect(xp_progress_is_heard());
    cr_expect(xp_progress("kmeans", 2, 10, 0.25, 7));
    cr_expect_eq(value, 0.25);
    cr_expect_not(xp_progress("kmeans", 3, 10, NAN, 7));
    cr_expect_eq(xp_error_code(), XP_ERROR_CANCELLED);
    cr_expect_str_eq(xp_error_message(), "kmeans: cancelled at step 3 of 10");
    xp_set_progress_callback(NULL, NULL);
    xp_error_clear();
}
