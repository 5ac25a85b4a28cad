/* DLPack: what the ways out and in share.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef XP_GRAPH_DLPACK_H
#define XP_GRAPH_DLPACK_H

#include "core/array_private.h"
#include "scixp/xp/dlpack.h"
#include "scixp/xp/dlpack_structs.h"

/* Completes what was given, or records what is wrong with it and returns false. */
bool dlpack_read_options(const char *function, const xp_dlpack_options *given, xp_dlpack_options *options);

/* Memory that the host can address, pinned or not. */
bool dlpack_is_host(int32_t device_type);

/* Host memory knows no streams; else records the error. */
bool dlpack_check_stream(const char *function, int32_t device_type, int64_t stream);

/* The device of ours that DLPack numbers so, opened at first use; NULL, with or without an error, if there is none. */
const struct xp_device *dlpack_find_device(int32_t device_type, int32_t device_id);

/* A stream of the options, as drivers take it. 0 and -1 are none. */
void *dlpack_stream(int64_t stream);

/* One of the 15 dtypes as DLPack describes it, and back: XP_DEFAULT_DTYPE if it is none of them. */
DLDataType dlpack_element(xp_dtype dtype);
xp_dtype dlpack_dtype(DLDataType element);

/* xp_import_dlpack under another name. */
xp_array *dlpack_import(struct DLManagedTensorVersioned *tensor, const xp_dlpack_options *given, const char *function);

#endif
