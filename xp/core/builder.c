/* Text that grows.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/builder.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/alloc.h"

/* Room for `more` characters and the end. */
static bool reserve(xp_builder *builder, size_t more)
{
    if (builder->failed)
        return false;
    if (builder->length + more + 1 <= builder->room)
        return true;
    size_t room = 2 * (builder->length + more + 1);
    char *grown = xp_realloc(builder->data, room, 1);
    if (!grown) {
        xp_builder_drop(builder);
        builder->failed = true;
        return false;
    }
    builder->data = grown;
    builder->room = room;
    return true;
}

void xp_builder_add(xp_builder *builder, const char *text)
{
    size_t length = strlen(text);
    if (!reserve(builder, length))
        return;
    memcpy(builder->data + builder->length, text, length + 1);
    builder->length += length;
}

void xp_builder_addf(xp_builder *builder, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length < 0 || !reserve(builder, (size_t)length))
        return;
    va_start(arguments, format);
    vsnprintf(builder->data + builder->length, (size_t)length + 1, format, arguments);
    va_end(arguments);
    builder->length += (size_t)length;
}

char *xp_builder_take(xp_builder *builder)
{
    xp_builder_add(builder, ""); /* of nothing, the empty text */
    if (builder->failed)
        xp_builder_drop(builder);
    char *text = builder->data;
    *builder = (xp_builder){0};
    return text;
}

void xp_builder_drop(xp_builder *builder)
{
    xp_dealloc(builder->data);
    *builder = (xp_builder){0};
}
