/* Data in, array expressions, data out, and what an error looks like.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <scixp.h>
#include <stdio.h>

#define ROWS 3
#define COLUMNS 4

/* A function as a library would have it: arrays in, array out, everything in between belongs to its scope. */
static xp_array *centre(xp_array *x)
{
    const xp_namespace *xp = xp_array_namespace(x);
    xp_scope scope = xp_scope_open();

    xp_array *mean = xp->mean(x, XP_OVER(0));

    return xp_scope_return(scope, xp->subtract(x, mean));
}

static void print(const char *name, xp_array *x)
{
    char text[512];
    if (xp_to_string(x, text, sizeof text) >= 0)
        printf("%s =\n%s\n\n", name, text);
}

static xp_status compute(double *table)
{
    double centred[ROWS][COLUMNS];
    xp_scope scope = xp_scope_open();

    /* In: a copy, or the caller's own memory without one. */
    static const float counts[COLUMNS] = {1, 2, 4, 8};
    xp_array *weight = xp_from_host(counts, XP_FLOAT32, XP_SHAPE(COLUMNS), NULL);
    xp_array *x = xp_borrow(table, XP_FLOAT64, XP_SHAPE(ROWS, COLUMNS), NULL, XP_MUTABLE, NULL, NULL);

    /* Expressions: called directly, or through a namespace. Nothing is computed until somebody looks. */
    xp_array *scaled = xp_multiply(centre(x), weight);
    xp_array *middle = xp_get(scaled, XP_INDEX(xp_ellipsis(), xp_slice(1, 3, 1)));

    /* Out: as text, as one value, as the elements, or straight into memory of one's own. */
    print("scaled", scaled);
    print("middle", middle);
    printf("largest = %g\n", xp_to_double(xp_max(scaled, XP_ALL)));
    const double *elements = xp_data(scaled);
    if (elements)
        printf("first = %g, last = %g\n", elements[0], elements[ROWS * COLUMNS - 1]);
    if (xp_eval_into(centred, XP_FLOAT64, XP_SHAPE(ROWS, COLUMNS), NULL, centre(x)) == XP_OK)
        printf("centred[0][0] = %g\n", centred[0][0]);

    return xp_scope_close(scope);
}

/* Shapes that do not fit: nothing needs to be checked on the way, the scope knows. */
static xp_status fail_on_purpose(void)
{
    xp_scope scope = xp_scope_open();
    xp_array *three = xp_zeros(XP_SHAPE(3), XP_FLOAT64, NULL);
    xp_array *four = xp_zeros(XP_SHAPE(4), XP_FLOAT64, NULL);
    printf("sum = %g\n", xp_to_double(xp_sum(xp_add(three, four), XP_ALL)));
    return xp_scope_close(scope);
}

int main(void)
{
    double table[ROWS * COLUMNS] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 15};
    if (compute(table) != XP_OK) {
        fprintf(stderr, "%s\n", xp_error_message());
        return 1;
    }
    xp_status status = fail_on_purpose();
    printf("an error: code %d of %s: %s\n", (int)status, xp_error_function(), xp_error_message());
    return status == XP_ERROR_VALUE ? 0 : 1;
}
