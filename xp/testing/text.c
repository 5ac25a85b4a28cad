/* Builds the texts of failed assertions.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "testing/text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "core/dtype.h"
#include "testing/harness.h"

/* Texts lie in common memory, in turn: what a library keeps for each thread has to be small, or programs that open it
 * at run time cannot. A text is overwritten when N_TEXTS more failures were reported by other threads. */
#define N_TEXTS 16
static char texts[N_TEXTS][4096];
static atomic_uint texts_begun;
static _Thread_local char *text = texts[0];
static _Thread_local size_t length;

void test_text_begin(void)
{
    text = texts[atomic_fetch_add(&texts_begun, 1) % N_TEXTS];
    length = 0;
    text[0] = '\0';
    const char *provider = test_current_provider();
    if (provider[0])
        test_text_add("[%s] ", provider);
}

void test_text_add(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int added = vsnprintf(text + length, sizeof texts[0] - length, format, arguments);
    va_end(arguments);
    if (added > 0)
        length += (size_t)added;
    if (length >= sizeof texts[0])
        length = sizeof texts[0] - 1;
}

const char *test_text(void)
{
    return text;
}

static void add_integer(const xp_value *value, xp_dtype dtype)
{
    xp_value wide;
    bool is_unsigned = xp_dtype_is(dtype, XP_KIND_UNSIGNED);
    xp_value_cast(value, dtype, &wide, is_unsigned ? XP_UINT64 : XP_INT64);
    if (is_unsigned)
        test_text_add("%" PRIu64, wide.as_uint64);
    else
        test_text_add("%" PRId64, wide.as_int64);
}

void test_text_element(const void *element, xp_dtype dtype)
{
    xp_value value;
    memcpy(&value, element, xp_dtype_bytes(dtype));
    int digits = dtype == XP_FLOAT32 || dtype == XP_COMPLEX64 ? 9 : dtype >= XP_N_STANDARD_DTYPES ? 5 : 17;
    if (dtype == XP_BOOL)
        test_text_add("%s", value.as_bool ? "true" : "false");
    else if (xp_dtype_is(dtype, XP_KIND_INTEGRAL))
        add_integer(&value, dtype);
    else if (xp_dtype_is(dtype, XP_KIND_FLOAT))
        test_text_add("%.*g", digits, xp_value_real(&value, dtype));
    else
        test_text_add("%.*g%+.*gj", digits, xp_value_real(&value, dtype), digits, xp_value_imag(&value, dtype));
}

void test_text_position(int ndim, const int64_t *shape, int64_t number)
{
    int64_t index[XP_MAX_NDIM];
    for (int i = ndim; i-- > 0;) {
        index[i] = number % shape[i];
        number /= shape[i];
    }
    test_text_add("(");
    for (int i = 0; i < ndim; i++)
        test_text_add(i ? ", %" PRId64 : "%" PRId64, index[i]);
    test_text_add(")");
}
