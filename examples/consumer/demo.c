/* The three estimators in a row: scale, find the main directions, predict from them.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>

#include "minilearn.h"

/* Height in cm, weight in kg, shoe size; and the time for 10 km in minutes. */
static const double people[8][3] = {{170, 65, 42}, {182, 90, 45}, {158, 48, 37}, {175, 80, 43},
                                    {190, 84, 46}, {165, 71, 40}, {178, 70, 43}, {161, 60, 38}};
static const double minutes[8] = {48, 57, 50, 54, 47, 60, 46, 55};

static void show(const char *title, xp_array *x)
{
    char text[1024];
    xp_to_string(x, text, sizeof text);
    printf("%s\n%s\n\n", title, text);
}

int main(void)
{
    xp_scope scope = xp_scope_open();
    xp_array *x = xp_from_host(people, XP_FLOAT64, XP_SHAPE(8, 3), NULL);
    xp_array *y = xp_from_host(minutes, XP_FLOAT64, XP_SHAPE(8), NULL);

    minilearn_scaler scaler = minilearn_scaler_fit(x, NULL);
    xp_array *scaled = minilearn_scaler_transform(&scaler, x);

    minilearn_pca_options two = minilearn_pca_defaults();
    two.n_components = 2;
    minilearn_pca pca = minilearn_pca_fit(scaled, &two);
    xp_array *scores = minilearn_pca_transform(&pca, scaled);

    minilearn_ridge ridge = minilearn_ridge_fit(scores, y, NULL);

    show("components (height, weight, shoe size)", pca.components);
    show("share of the variance", pca.explained_variance_ratio);
    show("minutes, as predicted", minilearn_ridge_predict(&ridge, scores));
    if (xp_scope_close(scope) == XP_OK)
        return 0;
    fprintf(stderr, "%s\n", xp_error_message());
    return 1;
}
