/* What watched namespaces ask and look at: flags and dtypes of strict devices, the log of calls.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "standard/watch.h"

#include "core/array_private.h"
#include "core/device_dtypes.h"
#include "core/dtype.h"
#include "core/thread.h"
#include "scixp/xp/strict.h"

static _Thread_local int depth; /* calls that are on their way */

/* ---- before ------------------------------------------------------------------------------------------------------ */

static bool refuse(const standard_row *row, const char *why)
{
    xp_fail(XP_ERROR_UNSUPPORTED, row->name, NULL, "%s: %s", row->name, why);
    return false;
}

/* A function, or one of its arguments. */
static bool check_version(const char *function, const char *argument, int32_t since)
{
    const int now = (int)xp_strict_flags_now().api_version;
    if (since <= now)
        return true;
    xp_fail(XP_ERROR_UNSUPPORTED, function, argument, "%s: %s%snot in version %d.%02d of the standard, since %d.%02d",
            function, argument ? argument : "", argument ? " is " : "", now / 100, now % 100, (int)since / 100,
            (int)since % 100);
    return false;
}

bool standard_watch_version(const standard_row *row)
{
    return check_version(row->name, NULL, row->since);
}

bool standard_watch_argument(const standard_row *row, const xp_namespace *xp, const char *argument, int32_t since)
{
    return depth > 0 || !xp->device->driver->standard_only || row->since > xp_strict_flags_now().api_version ||
           check_version(row->name, argument, since);
}

static bool check_flags(const standard_row *row)
{
    xp_strict_flags flags = xp_strict_flags_now();
    if (!standard_watch_version(row))
        return false;
    if (row->extension & ~flags.enabled_extensions)
        return refuse(row, "the extension is not among the enabled ones");
    if (row->data_dependent && !flags.data_dependent_shapes)
        return refuse(row, "its result's shape depends on data, and data_dependent_shapes is off");
    return true;
}

static bool check_call(const standard_watch *watch, xp_array *const *arrays)
{
    if (!watch->device || !watch->device->driver->standard_only)
        return true;
    return check_flags(watch->row) &&
           (!watch->row->refuse || !arrays || !watch->row->refuse(watch->row->name, arrays));
}

static standard_watch opened(standard_watch watch, xp_array *const *arrays)
{
    depth++;
    if (depth > 1)
        watch.device = NULL;
    if (check_call(&watch, arrays))
        return watch;
    depth--;
    return (standard_watch){.row = watch.row};
}

/* The tables are those of the first array that lives on a watched device. Without one there is nothing to watch: the
 * arguments have failed, or are scalars. */
standard_watch standard_watch_arrays(const standard_row *row, int count, xp_array *const *arrays)
{
    standard_watch watch = {.row = row, .beneath = &standard_generic};
    for (int i = 0; arrays && i < count && !watch.device; i++) {
        if (!arrays[i] || !arrays[i]->xp || !standard_is_watched(arrays[i]->xp))
            continue;
        watch.beneath = ((const standard_tables *)arrays[i]->xp)->beneath;
        watch.device = arrays[i]->xp->device;
        watch.dtype = arrays[i]->dtype;
    }
    if (watch.device && row->subject < count && arrays[row->subject])
        watch.dtype = arrays[row->subject]->dtype;
    return opened(watch, arrays);
}

standard_watch standard_watch_namespace(const standard_row *row, const xp_namespace *xp)
{
    return opened((standard_watch){.row = row, .beneath = (const standard_tables *)xp, .device = xp->device}, NULL);
}

/* ---- after ------------------------------------------------------------------------------------------------------- */

/* Whether the device has the dtype, and a strict one in the version that holds: complex came with 2022.12. */
static bool check_dtype(const standard_watch *watch, xp_dtype dtype)
{
    if (!xp_check_device_has(watch->device, dtype, watch->row->name))
        return false;
    if (!watch->device->driver->standard_only || !xp_dtype_is(dtype, XP_KIND_COMPLEX) ||
        xp_strict_flags_now().api_version >= 202212)
        return true;
    xp_fail(XP_ERROR_UNSUPPORTED, watch->row->name, NULL, "%s: %s is not in version 2021.12 of the standard",
            watch->row->name, xp_dtype_name(dtype));
    return false;
}

/* Whether all results are there, in dtypes that the device has. */
static bool check_results(const standard_watch *watch, int count, xp_array **const *results)
{
    for (int i = 0; i < count; i++) {
        const xp_array *x = *results[i];
        if (!x || xp_is_failed(x))
            return false;
        if (x->xp && !check_dtype(watch, (xp_dtype)x->dtype))
            return false;
    }
    return true;
}

static void fail_results(int count, xp_array **const *results)
{
    for (int i = 0; i < count; i++) {
        if (*results[i] && !(*results[i])->scope)
            xp_release(*results[i]);
        *results[i] = xp_failed();
    }
}

void standard_watch_close(const standard_watch *watch, int count, xp_array **const *results)
{
    depth--;
    if (!watch->device)
        return;
    if (!check_results(watch, count, results)) {
        fail_results(count, results);
        return;
    }
    int dtype = watch->dtype || count == 0 ? watch->dtype : (*results[0])->dtype;
    standard_log_call(watch->row, watch->device, dtype);
}

bool standard_watch_close_list(const standard_watch *watch, bool success, xp_array **results, int count)
{
    bool fits = success;
    for (int i = 0; fits && watch->device && i < count; i++)
        fits = check_results(watch, 1, (xp_array **const[]){&results[i]});
    depth--;
    for (int i = 0; success && !fits && i < count; i++)
        fail_results(1, (xp_array **const[]){&results[i]});
    if (fits && watch->device)
        standard_log_call(watch->row, watch->device, watch->dtype);
    return fits;
}

/* ---- functions in no table --------------------------------------------------------------------------------------- */

bool standard_watch_apart(const standard_row *row, const xp_array *x)
{
    if (depth > 0)
        return true;
    if (x->xp->device->driver->standard_only && !check_flags(row))
        return false;
    standard_log_call(row, x->xp->device, x->dtype);
    return true;
}
