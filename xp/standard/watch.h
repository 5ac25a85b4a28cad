/* Watched namespaces: what is asked before each call of a function and looked at after it.
 *
 * The tables of a strict device, and those of every device where calls are logged, hold functions of their own
 * (watched_add, generated) in front of the functions themselves, which stand in `beneath`. Elsewhere nothing of this is
 * in the way. What a function calls on its way is its own affair: only the outermost call of a thread is looked at.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef XP_STANDARD_WATCH_H
#define XP_STANDARD_WATCH_H

#include "driver.h"
#include "standard/standard_private.h"

/* What is known of a function. One for each row of standard.def, generated, and of xp_get and xp_set. */
typedef struct standard_row {
    const char *name;    /* "linalg.svd" */
    int32_t since;       /* the version of the standard that brought it, 202112; 0: not in the standard */
    uint8_t extension;   /* an xp_extension, or 0 */
    bool data_dependent; /* the shape of its result depends on data */
    uint8_t subject;     /* the argument, among the arrays, whose dtype says what it was called for */
    bool (*refuse)(const char *function, xp_array *const *arrays); /* a rule of strict_rules.c, or NULL */
    size_t place;        /* of its function in standard_tables; 0 where it has none */
    const char *const *needs; /* what it may ask of a driver, in the words of graph/request.h, up to a NULL; NULL: it
                                 is not in this build */
} standard_row;

#define STANDARD_MAX_ROWS 512
extern const standard_row standard_rows[];
extern const int standard_n_rows;
enum { STANDARD_ROW_GET, STANDARD_ROW_SET }; /* its first ones; the others have no need of a name here */

/* One call on its way. */
typedef struct standard_watch {
    const standard_row *row;
    const standard_tables *beneath;  /* NULL: the call is refused */
    const struct xp_device *device;  /* NULL: there is nothing to look at */
    uint8_t dtype;                   /* the subject's; of functions that make arrays, the result's */
} standard_watch;

/* Before a call with these arrays (NULLs, failed ones and scalars among them), or of a function that makes one. */
standard_watch standard_watch_arrays(const standard_row *row, int count, xp_array *const *arrays);
standard_watch standard_watch_namespace(const standard_row *row, const xp_namespace *xp);

/* After it. Results of a dtype that the device does not have are replaced by the failed array. */
void standard_watch_close(const standard_watch *watch, int count, xp_array **const *results);
bool standard_watch_close_list(const standard_watch *watch, bool success, xp_array **results, int count);

/* For functions that are in no table: a call of them is refused, or logged. */
bool standard_watch_apart(const standard_row *row, const xp_array *x);

/* The version of the standard alone, for plain functions. False with an error recorded. */
bool standard_watch_version(const standard_row *row);

/* The version of the standard that brought an argument, which somebody gives to a function that makes an array. False
 * with an error recorded. */
bool standard_watch_argument(const standard_row *row, const xp_namespace *xp, const char *argument, int32_t since);

static inline bool standard_is_watched(const xp_namespace *xp)
{
    return ((const standard_tables *)xp)->beneath != NULL;
}

/* ---- call_log.c: which functions have been called, for docs/coverage.md ------------------------------------------ */

/* Whether SCIXP_LOG_CALLS names a file. Decided at the first question. */
bool standard_logs_calls(void);

/* Adds `provider function dtype` to that file, once in a process. `device` NULL: a plain function. */
void standard_log_call(const standard_row *row, const struct xp_device *device, int dtype);

#endif
