/* SciXP's clustering on a gsl_matrix: GSL's types go in, GSL's types come out.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>

#include "gslxp.h"

/* Heights and weights of three children and three adults. */
static const double people[6][2] = {{92, 13}, {178, 81}, {88, 12}, {169, 70}, {97, 15}, {183, 77}};

static bool cluster(const gsl_matrix *obs, gsl_matrix **white, gsl_vector_int **label)
{
    xp_scope scope = xp_scope_open();
    sx_kmeans2_options options = sx_cluster_kmeans2_defaults();
    options.minit = SX_MINIT_MATRIX;

    xp_array *whitened = sx_cluster_whiten(gslxp_borrow_matrix(obs), NULL);
    xp_array *first_two = xp_get(whitened, XP_INDEX(xp_slice(0, 2, 1)));
    *white = gslxp_matrix(whitened);
    *label = gslxp_vector_int(sx_cluster_kmeans2(whitened, first_two, &options).label);

    return xp_scope_close(scope) == XP_OK;
}

int main(void)
{
    gsl_matrix *white = NULL;
    gsl_vector_int *label = NULL;
    gsl_matrix_const_view obs = gsl_matrix_const_view_array(&people[0][0], 6, 2);
    bool success = cluster(&obs.matrix, &white, &label);
    if (!success)
        fprintf(stderr, "%s\n", xp_error_message());
    for (size_t i = 0; success && i < white->size1; i++)
        printf("%7.3f %7.3f   cluster %d\n", gsl_matrix_get(white, i, 0), gsl_matrix_get(white, i, 1),
               gsl_vector_int_get(label, i));
    gsl_matrix_free(white);
    gsl_vector_int_free(label);
    return success ? 0 : 1;
}
