/* What Ctrl-C does while the demo runs.
 * SPDX-License-Identifier: BSD-3-Clause */
#define _POSIX_C_SOURCE 200809L
#include "interrupt.h"

#include <signal.h>
#include <stddef.h>
#include <unistd.h>

static volatile sig_atomic_t asked;
static const char *volatile unfinished;

static void on_interrupt(int number)
{
    (void)number;
    if (unfinished)
        unlink(unfinished);
    if (unfinished || asked)
        _exit(INTERRUPTED);
    asked = 1;
}

void interrupt_watch(void)
{
    struct sigaction action = {.sa_handler = on_interrupt, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
}

bool interrupt_asked(void) { return asked != 0; }

void interrupt_removes(const char *path) { unfinished = path; }
