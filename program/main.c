/* The program `scixp`: what there is on this machine, and how each function is done on a device.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scixp.h"

enum { FAILED = 1, MISUSED = 2 }; /* exit codes beside 0 */

static const char usage[] = "usage: scixp info\n"
                            "       scixp coverage [DEVICE]\n"
                            "       scixp --help | --version\n";

static const char help[] =
    "\n"
    "info      the version, the devices, the plug-ins and why others are not there, the libraries, the caches\n"
    "coverage  how DEVICE does each function (default: the one that SCIXP_DEVICE names, or host):\n"
    "            native         by a function of its own\n"
    "            delegated to   by a library of a vendor's\n"
    "            generic        by fused programs, kernels and slots of the device\n"
    "            host fallback  not: the host does it, where SCIXP_TRANSFER lets it\n"
    "\n"
    "Ends with 0, with 1 if something went wrong, or with 2 if it was called wrongly.\n";

static int fail(const char *what)
{
    fprintf(stderr, "scixp: %s\n", what);
    return FAILED;
}

/* Prints a text of the library's; NULL means that it has failed. */
static int print(char *text)
{
    if (!text)
        return fail(xp_error_message());
    bool is_written = fputs(text, stdout) >= 0 && fflush(stdout) == 0;
    xp_text_free(text);
    return is_written ? 0 : fail("cannot write the output");
}

static int misuse(const char *what, const char *argument)
{
    fprintf(stderr, "scixp: %s%s%s\n%s", what, *argument ? " " : "", argument, usage);
    return MISUSED;
}

int main(int count, char **arguments)
{
    const char *command = count > 1 ? arguments[1] : "";
    const int given = count - 2;
    if (!*command)
        return misuse("a command is missing", "");
    if (strcmp(command, "--help") == 0 || strcmp(command, "-h") == 0)
        return printf("%s%s", usage, help) >= 0 && fflush(stdout) == 0 ? 0 : fail("cannot write the output");
    if (strcmp(command, "--version") == 0)
        return printf("scixp %s\n", xp_version_string()) >= 0 && fflush(stdout) == 0 ? 0
                                                                                    : fail("cannot write the output");
    if (strcmp(command, "info") == 0)
        return given > 0 ? misuse("info takes no arguments, got", arguments[2]) : print(xp_info_text());
    if (strcmp(command, "coverage") != 0)
        return misuse("unknown command", command);
    if (given > 1)
        return misuse("coverage takes one device, got also", arguments[3]);
    const struct xp_device *device = xp_device(given == 1 ? arguments[2] : NULL);
    return device ? print(xp_coverage_text(device)) : fail(xp_error_message());
}
