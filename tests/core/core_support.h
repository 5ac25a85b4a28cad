/* What the tests of xp/core share: internals, golden files, files of their own.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_CORE_SUPPORT_H
#define TESTS_CORE_SUPPORT_H

#include "support.h"

#include "core/alloc.h"
#include "core/array_private.h"
#include "core/buffer.h"
#include "core/dtype.h"
#include "core/shape.h"
#include "core/thread.h"
#include "driver.h"

/* A whole file in memory that the caller frees, or a failed test. */
char *core_read_file(const char *path, size_t *bytes);

/* Writes a file of the test's own, one that is deleted again with the next or by core_forget_file; returns its path. */
const char *core_write_file(const void *data, size_t bytes);
const char *core_file_path(void);
void core_forget_file(void);

/* A float64 vector 1, 2, ... on the host. */
xp_array *core_vector(int64_t count);

#endif
