/* Reads the command line; every mistake in it is one line on stderr.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define MOST_CLUSTERS 256
#define MOST_ITERATIONS 1000000

static const char help[] =
    "usage: segment [options] IMAGE\n"
    "\n"
    "Groups the pixels of a PNG or JPEG picture by colour and position (k-means), and writes the original, its\n"
    "segmentation and the palette side by side as one PNG.\n"
    "\n"
    "  --k N                 number of clusters, 1 to 256 (8)\n"
    "  --seed N              seed of the random numbers; the same seed gives the same picture (1)\n"
    "  --iterations N        rounds of k-means (20)\n"
    "  --position-weight X   how much position counts against colour, 0 or more (0.2)\n"
    "  --device NAME         device to compute on (host)\n"
    "  --output PATH         PNG to write (segment.png)\n"
    "  --help                print this and stop\n"
    "\n"
    "Exit status: 0 done, 1 the work failed, 2 the command line was wrong.\n";

static bool read_whole(const char *name, const char *text, int64_t least, int64_t most, int64_t *value)
{
    char *end;
    errno = 0;
    long long number = strtoll(text, &end, 10);
    if (end != text && *end == '\0' && errno == 0 && number >= least && number <= most) {
        *value = number;
        return true;
    }
    fprintf(stderr, "segment: --%s must be a whole number from %lld to %lld, not '%s'\n", name, (long long)least,
            (long long)most, text);
    return false;
}

static bool read_weight(const char *name, const char *text, double *value)
{
    char *end;
    double number = strtod(text, &end);
    if (end != text && *end == '\0' && isfinite(number) && number >= 0.0 && number <= 1e6) {
        *value = number;
        return true;
    }
    fprintf(stderr, "segment: --%s must be a number from 0 to 1e6, not '%s'\n", name, text);
    return false;
}

static bool read_name(const char *name, const char *text, const char **value)
{
    if (*text != '\0') {
        *value = text;
        return true;
    }
    fprintf(stderr, "segment: --%s must not be empty\n", name);
    return false;
}

static bool read_option(const char *name, int letter, options *wanted)
{
    int64_t seed = 0;
    switch (letter) {
    case 'k':
        return read_whole(name, optarg, 1, MOST_CLUSTERS, &wanted->k);
    case 'i':
        return read_whole(name, optarg, 1, MOST_ITERATIONS, &wanted->iterations);
    case 's':
        if (!read_whole(name, optarg, 0, INT64_MAX, &seed))
            return false;
        wanted->seed = (uint64_t)seed;
        return true;
    case 'p':
        return read_weight(name, optarg, &wanted->position_weight);
    case 'd':
        return read_name(name, optarg, &wanted->device);
    case 'o':
        return read_name(name, optarg, &wanted->output);
    default: /* getopt_long has said what it did not understand */
        return false;
    }
}

asked options_read(int argc, char **argv, options *wanted)
{
    static const struct option known[] = {
        {"k", required_argument, NULL, 'k'},      {"seed", required_argument, NULL, 's'},
        {"device", required_argument, NULL, 'd'}, {"iterations", required_argument, NULL, 'i'},
        {"output", required_argument, NULL, 'o'}, {"position-weight", required_argument, NULL, 'p'},
        {"help", no_argument, NULL, 'h'},         {NULL, 0, NULL, 0},
    };
    *wanted = (options){.output = "segment.png", .device = "host", .k = 8, .iterations = 20, .seed = 1,
                        .position_weight = 0.2};
    static char program[] = "segment"; /* what getopt_long calls the program in its messages */
    argv[0] = program;
    int letter, index = 0;
    while ((letter = getopt_long(argc, argv, "", known, &index)) != -1) {
        if (letter == 'h') {
            fputs(help, stdout);
            return ASKED_FOR_HELP;
        }
        if (!read_option(known[index].name, letter, wanted))
            return ASKED_WRONGLY;
    }
    if (argc - optind == 1) {
        wanted->image = argv[optind];
        return ASKED_TO_RUN;
    }
    if (argc == optind)
        fprintf(stderr, "segment: no picture given; segment --help tells more\n");
    else
        fprintf(stderr, "segment: one picture at a time, but '%s' and '%s' are given\n", argv[optind],
                argv[optind + 1]);
    return ASKED_WRONGLY;
}
