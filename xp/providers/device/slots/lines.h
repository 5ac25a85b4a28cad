/* Index spaces of slots: the axes that operands have in common, and what kernels need to walk along them.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef DEVICE_SLOTS_LINES_H
#define DEVICE_SLOTS_LINES_H

#include "core/builder.h"
#include "providers/device/call.h"

#define DEVICE_LINES_OPERANDS 3

/* Every combination of some axes' indices in C order. Axes are joined where all operands allow it, so most spaces have
 * none or one. Strides are what device_stride gives. */
typedef struct device_lines {
    int n_operands, ndim;
    int64_t count;
    int64_t extents[XP_MAX_NDIM];
    int64_t strides[DEVICE_LINES_OPERANDS][XP_MAX_NDIM];
} device_lines;

/* The innermost axis, taken out. */
typedef struct device_axis {
    int64_t extent, strides[DEVICE_LINES_OPERANDS];
} device_axis;

/* All axes of the views but `skipped` (-1: none). Their extents agree there. */
void device_lines_make(device_lines *lines, int n_operands, const xp_view *const *views, int skipped);

/* No axes yet; then one inside those that are there. */
void device_lines_begin(device_lines *lines, int n_operands);
void device_lines_add(device_lines *lines, int64_t extent, const int64_t *strides);

/* Takes the innermost axis out; one of extent 1 if there is none. */
device_axis device_lines_take(device_lines *lines);

/* Words for a kernel on these lines, whose numbers are `numbers` at most:
 *   XP_NUMBER                an unsigned integer that is as wide as such numbers need
 *   XP_LINES                 the last of an entry's parameters, with a comma before them
 *   XP_LINES_ON              hands them on to a function that has XP_LINES last, too
 *   XP_LINE(number, p, ...)  adds the place of line `number` in each operand to variables p, ...
 * device_lines_arguments then gives the parameters. */
void device_lines_define(xp_builder *definitions, const device_lines *lines, int64_t numbers);
void device_lines_arguments(device_call *call, const device_lines *lines);

/* Words for what elements of a dtype are, as memory: PART, an unsigned integer, PARTS of them an element. */
void device_define_moved(xp_builder *definitions, int dtype);

/* Words for reckoning with them: T, PART as above but a number, LOAD(p, at), STORE(p, at, value), plus(a, b) and
 * times(a, b). Integers wrap. False: not for this dtype. */
bool device_define_numbers(xp_builder *definitions, int dtype);

/* How many of `count` elements an item works through: `of_item` on devices with an item for an element, which is a
 * group's width apart, and a share of all on processors. */
int64_t device_stretch(const struct xp_device *device, int64_t count, int64_t of_item);

/* Elements, or 0 if an extent is 0. */
int64_t device_view_size(const xp_view *view);

/* Launches an entry of a text with these definitions, which are freed. */
xp_status device_launch_text(device_call *call, const char *name, const char *text, xp_builder *definitions,
                             const char *entry, int64_t groups);

#endif
