/* What can be asked of a driver, in words: "gather", "factor svd", "reduction sum", "elementwise add", "kernel means".
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef XP_GRAPH_REQUEST_H
#define XP_GRAPH_REQUEST_H

#include "driver.h"

#define XP_REQUEST_TEXT 48

/* The words for a request, whose dtype they leave out. Returns `text`. */
const char *xp_request_text(const xp_request *request, char text[XP_REQUEST_TEXT]);

/* The request that words stand for, of a dtype that is typical for it on the device: its default dtype of the kind that
 * is taken. Kernels are not known here. False if there is nothing of that name. */
bool xp_request_read(const char *words, const struct xp_device *device, xp_request *request);

#endif
